import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { consoleApp } from '#lib/console/console-app.ts';
import { consoleParts } from '#lib/console/console-env.ts';
import { consoleAssetsIn } from '#lib/console/frame/assets.ts';
import { encodedPath } from '#lib/http/gateway-path.ts';

const assets = consoleAssetsIn(new URL('./assets/', import.meta.url));

const answer = handle(consoleApp({ ...consoleParts(process.env), assets }));

export const handler = (event: LambdaEvent, context: LambdaContext) => answer(encodedPath(event), context);
