import { randomUUID } from 'node:crypto';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { writeKeys } from '#lib/auth/keys/keys-table.ts';
import { eventWriter } from '#lib/events/events-table.ts';
import { setTextAside, trackApp } from '#lib/http/track/app.ts';

import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { required, wholeNumber } from '#lib/platform/env.ts';
import { errorFields, gatewayRequestId, log, withLogContext } from '#lib/platform/log.ts';

const client = dynamoDb(process.env);
const answer = handle(
  trackApp({
    acceptsWriteKey: writeKeys(client, required(process.env, 'CONTROL_TABLE')),
    events: eventWriter(client, required(process.env, 'EVENTS_TABLE')),
    retentionDays: wholeNumber(process.env, 'RETENTION_DAYS', 400),
    now: Date.now,
    randomId: () => `once-${randomUUID()}`,
    onFailure: (error) => log('error', 'tracking failed', errorFields(error)),
  }),
);

export const handler = withLogContext(
  'track',
  gatewayRequestId,
  (event: LambdaEvent, context: LambdaContext) => answer(setTextAside(event), context),
);
