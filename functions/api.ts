import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { createApi } from '#lib/http/app.ts';
import { createApiDeps } from '#lib/http/deployed-deps.ts';
import { docsAssets } from '#lib/http/docs/assets.ts';
import { reencodePath } from '#lib/http/shared/gateway-path.ts';
import { gatewayRequestId, withLogContext } from '#lib/platform/log.ts';

const docsAsset = docsAssets(new URL('./swagger-ui/', import.meta.url));

const answer = handle(createApi({ ...createApiDeps(process.env), docsAsset }));

export const handler = withLogContext('api', gatewayRequestId, (event: LambdaEvent, context: LambdaContext) =>
  answer(reencodePath(event), context),
);
