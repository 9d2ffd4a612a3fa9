import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { consoleApp } from '#lib/console/app.ts';
import { consoleAssetsIn } from '#lib/console/data/assets.ts';
import { consoleParts } from '#lib/console/deployed-deps.ts';
import { encodedPath } from '#lib/http/shared/gateway-path.ts';

const assets = consoleAssetsIn(new URL('./assets/', import.meta.url));

const answer = handle(consoleApp({ ...consoleParts(process.env), assets }));

export const handler = (event: LambdaEvent, context: LambdaContext) => answer(encodedPath(event), context);
