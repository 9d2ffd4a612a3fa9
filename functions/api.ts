import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { apiApp } from '#lib/http/app.ts';
import { apiParts } from '#lib/http/deployed-deps.ts';
import { docsAssets } from '#lib/http/docs/assets.ts';
import { encodedPath } from '#lib/http/shared/gateway-path.ts';

const docsAsset = docsAssets(new URL('./swagger-ui/', import.meta.url));

const answer = handle(apiApp({ ...apiParts(process.env), docsAsset }));

export const handler = (event: LambdaEvent, context: LambdaContext) => answer(encodedPath(event), context);
