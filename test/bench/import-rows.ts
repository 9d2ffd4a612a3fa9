import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { eventWriter } from '#lib/events/events-table.ts';
import { type StoredEvent, toEventItem } from '#lib/events/stored-event.ts';
import { NO_SUMS } from '#lib/imports/jobs/import-record.ts';
import { runImport } from '#lib/imports/jobs/run-import.ts';
import { adaptivePace } from '#lib/imports/jobs/write-pace.ts';
import { parseMapping } from '#lib/imports/mapping/schema.ts';
import { createClient, createTables, startEngine } from '#test/engines/dynamodb.ts';
import { median, type Result } from './result.ts';

const ROWS = 30_000;
const CALLS_IN_FLIGHT = 8;
const ROUNDS = 5;

const mapping = parseMapping({
  userId: 'user',
  time: { column: 'time', format: 'yyyy-MM-dd HH:mm:ss' },
  event: { column: 'event', values: { 发帖: 'Post Created', 回复: 'Reply Created' }, otherwise: 'keep' },
  properties: { title: { column: 'title' }, amount: { column: 'amount', type: 'money', unit: 'yuan' } },
});

/** Rows of a CSV file through the import, against bare BatchWriteItem calls of the same items, taking turns. */
export async function run(): Promise<Result[]> {
  const engine = await startEngine();
  const client = createClient(engine.endpoint);
  const { events: table } = await createTables(client);
  const writer = eventWriter(client, table, adaptivePace());
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = -1; round < ROUNDS; round += 1) {
    let made: StoredEvent[] = [];
    await imported(csv(`bare-${round}`), async (events) => {
      made = made.concat(events);
    });
    const bareRate = await rate(() =>
      writeBare(made.map((stored) => ({ PutRequest: { Item: toEventItem(stored) } }))),
    );
    const ourRate = await rate(() => imported(csv(`ours-${round}`), (events) => writer.put(events, 60_000)));
    if (round < 0) continue;
    ours.push(ourRate);
    bare.push(bareRate);
  }
  await engine.stop();
  const ratio = median(ours.map((value, i) => value / (bare[i] ?? 1)));
  return [
    {
      name: 'CSV rows through the import / bare BatchWriteItem of the same items',
      value: `${ratio.toFixed(2)} (${Math.round(median(ours))} / ${Math.round(median(bare))} rows/s)`,
      target: '≥ 0.85',
      ok: ratio >= 0.85,
    },
  ];

  async function writeBare(
    requests: Array<{ PutRequest: { Item: ReturnType<typeof toEventItem> } }>,
  ): Promise<void> {
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < requests.length) {
        const from = next;
        next += 25;
        const RequestItems = { [table]: requests.slice(from, from + 25) };
        await client.send(new BatchWriteItemCommand({ RequestItems }));
      }
    };
    await Promise.all(Array.from({ length: CALLS_IN_FLIGHT }, worker));
  }
}

async function imported(
  file: Buffer,
  write: (events: readonly StoredEvent[]) => Promise<void>,
): Promise<void> {
  const now = Date.UTC(2026, 4, 1);
  const result = await runImport(
    {
      source: 'bench',
      filename: 'bench.csv',
      mapping,
      timeZone: 'Asia/Shanghai',
      reception: {
        receivedAt: now,
        receivedIso: new Date(now).toISOString(),
        expiresAt: 4_000_000_000,
        randomId: () => 'none',
      },
      from: { sums: NO_SUMS, events: 0, late: 0, bytesRead: 0 },
    },
    {
      open: async function* () {
        yield file;
      },
      lateAmong: async () => 0,
      write,
      saveRejected: () => Promise.reject(new Error('nothing may be refused')),
      checkpoint: async () => true,
      isOutOfTime: () => false,
    },
  );
  if (result.end !== 'done' || result.progress.sums.accepted !== ROWS)
    throw new Error(JSON.stringify(result));
}

function csv(member: string): Buffer {
  const lines = ['user,time,event,title,amount'];
  for (let i = 0; i < ROWS; i += 1) {
    const time = new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString().slice(0, 19).replace('T', ' ');
    lines.push(
      `${member}-${i % 997},${time},${i % 3 === 0 ? '发帖' : '回复'},第 ${i} 课的笔记：如何开始写作,${i % 100}.5`,
    );
  }
  return Buffer.from(lines.join('\n'));
}

async function rate(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (ROWS * 1000) / (performance.now() - start);
}
