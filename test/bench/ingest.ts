import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { bundleFunctions } from '#infra/bundling/bundling.ts';
import { keyId, newKey } from '#lib/auth/keys/access-key.ts';
import { putKey } from '#lib/auth/keys/keys-table.ts';
import { parseCalls } from '#lib/events/parse-request.ts';
import { toEventItem } from '#lib/events/stored-event.ts';
import { createClient, createTables, startEngine } from '#test/engines/dynamodb.ts';
import { median, type Result } from './result.ts';
import { sdkBatch } from './sdk-events.ts';

const EVENTS_PER_REQUEST = 50;
const REQUESTS = 120;
const IN_FLIGHT = 8;
const ROUNDS = 7;

type Handler = (event: unknown, context: unknown) => Promise<{ statusCode: number; body: string }>;

/**
 * Requests of 50 events through the deployed `track` bundle, against bare BatchWriteItem calls of the same items:
 * same engine, same process, same number in flight, taking turns.
 */
export async function run(): Promise<Result[]> {
  const engine = await startEngine();
  const client = createClient(engine.endpoint);
  const tables = await createTables(client);
  const key = newKey('write', randomBytes(32));
  await putKey(client, tables.control, {
    id: keyId(key),
    name: 'bench',
    role: 'write',
    createdAt: new Date().toISOString(),
    createdBy: 'bench',
  });
  const dir = await mkdtemp(join(tmpdir(), 'zhiqun-bench-'));
  try {
    const handler = await trackHandler(dir, { ...tables, endpoint: engine.endpoint });
    const authorization = `Basic ${btoa(`${key}:`)}`;
    let requests = 0;
    const bodies = (): string[] =>
      Array.from({ length: REQUESTS }, () =>
        sdkBatch(`member-${requests}`, requests++ * 100, EVENTS_PER_REQUEST),
      );

    const ours: number[] = [];
    const bare: number[] = [];
    for (let round = -1; round < ROUNDS; round += 1) {
      const [forHandler, forBare] = [bodies(), bodies().map(parseWrites)];
      const handlerRate = await rate(forHandler, async (body) => {
        const { statusCode, body: answer } = await handler(gatewayEvent(body, authorization), {});
        if (statusCode !== 200) throw new Error(`track answered ${statusCode}: ${answer}`);
      });
      const bareRate = await rate(forBare, async (writes) => {
        await Promise.all(
          [writes.slice(0, 25), writes.slice(25)].map((half) =>
            client.send(new BatchWriteItemCommand({ RequestItems: { [tables.events]: half } })),
          ),
        );
      });
      if (round < 0) continue;
      ours.push(handlerRate);
      bare.push(bareRate);
    }
    const ratio = median(ours.map((value, i) => value / (bare[i] ?? 1)));
    return [
      {
        name: 'ingest through the track handler / bare BatchWriteItem, 50 events a request, 8 in flight',
        value: `${ratio.toFixed(2)} (${Math.round(median(ours))} / ${Math.round(median(bare))} events/s)`,
        target: '≥ 0.90',
        ok: ratio >= 0.9,
      },
    ];
  } finally {
    await rm(dir, { recursive: true });
    await engine.stop();
  }
}

async function trackHandler(
  dir: string,
  { endpoint, events, control }: { endpoint: string; events: string; control: string },
): Promise<Handler> {
  const { bundles } = await bundleFunctions(dir);
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    DYNAMODB_ENDPOINT: endpoint,
    EVENTS_TABLE: events,
    CONTROL_TABLE: control,
  });
  // What a function needs of its environment it reads when it is loaded.
  const module = (await import(pathToFileURL(join(bundles.track, 'index.mjs')).href)) as { handler: Handler };
  delete process.env['DYNAMODB_ENDPOINT'];
  return module.handler;
}

/** An API Gateway v2 event of a batch request. */
export const gatewayEvent = (body: string, authorization: string): object => ({
  version: '2.0',
  routeKey: 'POST /v1/batch',
  rawPath: '/v1/batch',
  rawQueryString: '',
  headers: { authorization, 'content-type': 'application/json', host: 'api.example.com' },
  requestContext: { domainName: 'api.example.com', http: { method: 'POST', path: '/v1/batch' } },
  body,
  isBase64Encoded: false,
});

function parseWrites(body: string): WriteRequest[] {
  const context = { now: Date.now(), retentionDays: 400, randomId: () => 'none' };
  const { events } = parseCalls(JSON.parse(body) as Record<string, unknown>, 'batch', context);
  return events.map((stored) => ({ PutRequest: { Item: toEventItem(stored) } }));
}

/** Events per second of doing all, eight at a time. */
async function rate<T>(inputs: readonly T[], once: (input: T) => Promise<void>): Promise<number> {
  const left = [...inputs];
  const start = performance.now();
  const worker = async (): Promise<void> => {
    for (let input = left.pop(); input !== undefined; input = left.pop()) await once(input);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return (inputs.length * EVENTS_PER_REQUEST * 1000) / (performance.now() - start);
}
