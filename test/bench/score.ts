import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BatchWriteItemCommand, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { build } from 'esbuild';
import { bundleOptions } from '#infra/bundling/bundling.ts';
import { keyId, newKey } from '#lib/auth/keys/access-key.ts';
import { putKey } from '#lib/auth/keys/keys-table.ts';
import { addDays } from '#lib/events/calendar.ts';
import { presignedObjects } from '#lib/platform/presigned-objects.ts';
import { createClient, createTables, startEngine, type TestTables } from '#test/engines/dynamodb.ts';
import { startBucket } from '#test/engines/s3.ts';
import { amountsItem } from '#test/lib/members/plain-fold.ts';
import { publish } from '#test/lib/models/published-models.ts';
import { exampleModels } from '#test/lib/scoring/example-models.ts';
import type { Result } from './result.ts';

const MEMBERS = 64;
const DAYS_EACH = 60;
const CALLS_PER_TURN = 128;
const TURNS = 40;
const WARM_UP_TURNS = 10;
const QUANTILES = [
  ['p50', 0.5, 1.15],
  ['p99', 0.99, 1.3],
] as const;

type Once = (userId: string) => Promise<void>;

/**
 * `GET /v1/members/{userId}/score` through the deployed `api` bundle, reasons included, against the bare Query of the same
 * member's items: same engine, same process, taking turns; one call at a time, and 32.
 */
export async function run(): Promise<Result[]> {
  const [engine, objects] = [await startEngine(), await startBucket()];
  const client = createClient(engine.endpoint);
  const dir = await mkdtemp(join(tmpdir(), 'zhiqun-bench-'));
  try {
    const tables = await createTables(client);
    const userIds = await writeMembers(client, tables.members);
    await publish(
      presignedObjects({ ...objects.env, DATA_BUCKET: objects.bucket }, Date.now),
      exampleModels(),
    );
    const key = newKey('reader', randomBytes(32));
    const about = {
      name: 'bench',
      role: 'reader',
      createdAt: new Date().toISOString(),
      createdBy: 'bench',
    } as const;
    await putKey(client, tables.control, { id: keyId(key), ...about });
    const handler = await apiHandler(dir, { ...tables, endpoint: engine.endpoint }, objects);
    const scored: Once = async (userId) => {
      const { statusCode, body } = await handler(gatewayEvent(userId, key), {});
      if (statusCode !== 200 || !body.includes('"profile":{"id"'))
        throw new Error(`api answered ${statusCode}: ${body}`);
    };
    const bare: Once = async (userId) => {
      const { Items } = await client.send(buildQuery(tables.members, userId));
      if (Items?.length !== DAYS_EACH) throw new Error(`the Query found ${Items?.length} items`);
    };
    return [...(await compared(userIds, scored, bare, 1)), ...(await compared(userIds, scored, bare, 32))];
  } finally {
    client.destroy();
    await rm(dir, { recursive: true });
    await objects.stop();
    await engine.stop();
  }
}

/** Many short turns, each way first in every other one, so that what else the machine does meets both alike. */
async function compared(
  userIds: readonly string[],
  scored: Once,
  bare: Once,
  inFlight: number,
): Promise<Result[]> {
  const times = { scored: [] as number[], bare: [] as number[] };
  for (let turn = -WARM_UP_TURNS; turn < TURNS; turn += 1) {
    const both = [['scored', scored] as const, ['bare', bare] as const];
    for (const [name, once] of turn % 2 === 0 ? both : both.toReversed()) {
      const taken = await latencies(userIds, once, inFlight);
      if (turn >= 0) times[name].push(...taken);
    }
  }
  return QUANTILES.map(([name, share, most]) => {
    const [ours, theirs] = [quantile(times.scored, share), quantile(times.bare, share)];
    const ratio = ours / theirs;
    return {
      name: `score through the api / bare Query, ${inFlight} at a time, ${name}`,
      value: `${ratio.toFixed(2)} (${ours.toFixed(2)} / ${theirs.toFixed(2)} ms)`,
      target: `≤ ${most.toFixed(2)}`,
      ok: ratio <= most,
    };
  });
}

/** How long each call took, in milliseconds. */
async function latencies(userIds: readonly string[], once: Once, inFlight: number): Promise<number[]> {
  const taken: number[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < CALLS_PER_TURN; i = next++) {
      const began = performance.now();
      await once(userIds[i % userIds.length]!);
      taken.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return taken;
}

function quantile(values: readonly number[], share: number): number {
  const ascending = values.toSorted((a, b) => a - b);
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? Number.NaN;
}

const buildQuery = (table: string, userId: string) =>
  new QueryCommand({
    TableName: table,
    KeyConditionExpression: 'userId = :user AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':user': { S: userId }, ':from': { S: 'day#' }, ':to': { S: 'profile' } },
    ConsistentRead: false,
  });

async function writeMembers(client: DynamoDBClient, table: string): Promise<string[]> {
  const today = new Date().toISOString().slice(0, 10);
  const userIds = Array.from({ length: MEMBERS }, (_, i) => `u_${i}`);
  for (const [i, userId] of userIds.entries()) {
    const items = Array.from({ length: DAYS_EACH }, (_, day) => {
      const amounts = {
        view: 3 + day,
        reply: (i + day) % 4,
        like: day % 3,
        learn: 1,
        ...(day % 20 === 0 && { order: 1, paidMinor: 9_900 }),
      };
      return amountsItem(userId, `day#${addDays(today, -2 * day)}`, amounts);
    });
    for (let from = 0; from < items.length; from += 25) {
      const puts = items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
    }
  }
  return userIds;
}

type Handler = (event: unknown, context: unknown) => Promise<{ statusCode: number; body: string }>;

async function apiHandler(
  dir: string,
  tables: TestTables & { endpoint: string },
  objects: Awaited<ReturnType<typeof startBucket>>,
): Promise<Handler> {
  const file = join(dir, 'api.mjs');
  await build({ ...bundleOptions, entryPoints: ['functions/api.ts'], outfile: file });
  const env = {
    ...objects.env,
    DATA_BUCKET: objects.bucket,
    DYNAMODB_ENDPOINT: tables.endpoint,
    EVENTS_TABLE: tables.events,
    MEMBERS_TABLE: tables.members,
    CONTROL_TABLE: tables.control,
    OWNER_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:none',
    NIGHT_ARN: 'arn:aws:states:us-east-1:000000000000:stateMachine:none',
    RECOUNT_ARN: 'arn:aws:states:us-east-1:000000000000:stateMachine:none',
  };
  Object.assign(process.env, env);
  // What a function needs of its environment it reads when it is loaded, but for the credentials.
  const module = (await import(pathToFileURL(file).href)) as { handler: Handler };
  for (const name of Object.keys(env)) if (!name.startsWith('AWS_')) delete process.env[name];
  return module.handler;
}

const gatewayEvent = (userId: string, key: string): object => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: `/v1/members/${userId}/score`,
  rawQueryString: '',
  headers: { authorization: `Bearer ${key}`, host: 'api.example.com' },
  requestContext: {
    domainName: 'api.example.com',
    http: { method: 'GET', path: `/v1/members/${userId}/score` },
  },
  isBase64Encoded: false,
});
