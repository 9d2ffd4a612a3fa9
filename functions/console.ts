import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { consoleApp } from '#lib/console/app.ts';
import { readConsoleAssets } from '#lib/console/data/assets.ts';
import { createConsoleDeps } from '#lib/console/deployed-deps.ts';
import { reencodePath } from '#lib/http/shared/gateway-path.ts';
import { gatewayRequestId, withLogContext } from '#lib/platform/log.ts';

const assets = readConsoleAssets(new URL('./assets/', import.meta.url));

const answer = handle(consoleApp({ ...createConsoleDeps(process.env), assets }));

export const handler = withLogContext(
  'console',
  gatewayRequestId,
  (event: LambdaEvent, context: LambdaContext) => answer(reencodePath(event), context),
);
