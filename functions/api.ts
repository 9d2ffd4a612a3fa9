import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { apiApp } from '#lib/http/api-app.ts';
import { apiParts } from '#lib/http/api-parts.ts';
import { encodedPath } from '#lib/http/gateway-path.ts';
import { docsAssetsIn } from '#lib/platform/docs-asset.ts';

const docsAsset = docsAssetsIn(new URL('./swagger-ui/', import.meta.url));

const answer = handle(apiApp({ ...apiParts(process.env), docsAsset }));

export const handler = (event: LambdaEvent, context: LambdaContext) => answer(encodedPath(event), context);
