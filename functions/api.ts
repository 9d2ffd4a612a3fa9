import { randomBytes } from 'node:crypto';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { keyRingOver } from '#lib/access/key-ring-table.ts';
import { ownerSecret } from '#lib/access/owner-secret.ts';
import { apiApp } from '#lib/http/api-app.ts';
import { encodedPath } from '#lib/http/gateway-path.ts';
import { countingRulesFrom } from '#lib/members/counting-env.ts';
import { memberReader } from '#lib/members/member-reader-table.ts';
import { docsAssetsIn } from '#lib/platform/docs-asset.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { required } from '#lib/platform/env.ts';
import { ownerSecretReader } from '#lib/platform/owner-secret.ts';

const client = dynamoDb(process.env);
const tables = {
  events: required(process.env, 'EVENTS_TABLE'),
  members: required(process.env, 'MEMBERS_TABLE'),
  control: required(process.env, 'CONTROL_TABLE'),
};
const isOwnerSecret = ownerSecret(ownerSecretReader(process.env), Date.now);
const keys = keyRingOver(client, tables.control, { isOwnerSecret, now: Date.now, randomBytes });
const members = memberReader(client, tables, countingRulesFrom(process.env), Date.now);
const docsAsset = docsAssetsIn(new URL('./swagger-ui/', import.meta.url));

const answer = handle(apiApp({ keys, members, docsAsset }));

export const handler = (event: LambdaEvent, context: LambdaContext) => answer(encodedPath(event), context);
