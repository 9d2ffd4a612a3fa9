import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { type AggregateDependencies, aggregate } from '#lib/members/aggregate.ts';
import { aggregateOver } from '#lib/members/aggregate-table.ts';
import { calendarOf } from '#lib/members/calendar.ts';
import type { StreamRecord } from '#lib/members/changes.ts';
import { countingRules } from '#lib/members/contribution.ts';
import { readAmounts, readProfileItem } from '#lib/members/member-items.ts';
import { foldLog } from '#lib/members/rebuild.ts';
import { eventItem, type Item, readEventItem, type StoredEvent } from '#lib/tracking/stored-event.ts';
import { taxonomyWith } from '#lib/tracking/taxonomy.ts';
import { clientOf, createTables, startEngine, type TestTables } from '#test/engine.ts';
import { tailStream } from '#test/stream-tail.ts';

export const RULES = countingRules(taxonomyWith(), calendarOf('Asia/Shanghai'), 'CNY');

/** How a run of the consumer goes wrong at its n-th call of DynamoDB. */
export interface Fault {
  at: number;
  how: 'dies before' | 'dies after' | 'one call fails';
}

class Dead extends Error {}

/** A world on an engine of its own. */
export async function startWorld(): Promise<{ world: CountingWorld; stop(): Promise<void> }> {
  const engine = await startEngine();
  const client = clientOf(engine.endpoint);
  const tables = await createTables(client);
  const tail = await tailStream(client, engine.endpoint, tables.events);
  return { world: new CountingWorld(client, tables, tail, engine.endpoint), stop: () => engine.stop() };
}

/** A log with its stream, and a consumer that is treated as Lambda might treat it, or worse. */
export class CountingWorld {
  readonly client: DynamoDBClient;
  readonly tables: TestTables;
  /** of the engine; only known to a world that `startWorld` made */
  readonly endpoint: string;
  readonly #tail: Awaited<ReturnType<typeof tailStream>>;
  /** every record so far by partition, in stream order, and how many of each are done */
  readonly #lanes = new Map<string, { records: StreamRecord[]; done: number }>();
  readonly expired: StoredEvent[] = [];
  /** sort keys of everything put and not taken away since */
  readonly acknowledged = new Set<string>();
  readonly setAside: string[] = [];

  constructor(
    client: DynamoDBClient,
    tables: TestTables,
    tail: Awaited<ReturnType<typeof tailStream>>,
    endpoint = '',
  ) {
    this.client = client;
    this.tables = tables;
    this.endpoint = endpoint;
    this.#tail = tail;
  }

  async put(...events: StoredEvent[]): Promise<void> {
    for (const stored of events) {
      await this.client.send(new PutItemCommand({ TableName: this.tables.events, Item: eventItem(stored) }));
      this.acknowledged.add(stored.sk);
    }
  }

  async remove(userId: string, sk: string, byAge = false): Promise<void> {
    const Key = { userId: { S: userId }, sk: { S: sk } };
    const gone = await this.client.send(
      new DeleteItemCommand({ TableName: this.tables.events, Key, ReturnValues: 'ALL_OLD' }),
    );
    if (gone.Attributes === undefined) return;
    this.acknowledged.delete(sk);
    if (!byAge) return;
    await this.#pull();
    this.expired.push(readEventItem(gone.Attributes));
    const last = this.#lanes.get(userId)?.records.at(-1);
    // The engine's own sweep takes hours; the record that it would write differs by this one field.
    if (last !== undefined) last.userIdentity = { principalId: 'dynamodb.amazonaws.com' };
  }

  /** Gives the consumer the next records of some partitions, `size` of each, as one batch. */
  async deliver(partitions: readonly string[], size: number, fault?: Fault): Promise<void> {
    await this.#pull();
    const lanes = partitions.flatMap((partition) => this.#lanes.get(partition) ?? []);
    const batch = interleaved(lanes.map(({ records, done }) => records.slice(done, done + size)));
    if (batch.length === 0) return;
    const { failed, died } = await this.#consume(batch, fault);
    if (died) return;
    const end = failed === undefined ? batch.length : batch.findIndex((r) => sequenceOf(r) === failed);
    const finished = new Set(batch.slice(0, end));
    for (const lane of lanes) {
      while (lane.done < lane.records.length && finished.has(lane.records[lane.done] as StreamRecord))
        lane.done += 1;
    }
  }

  /** Makes the last records of a partition come again; all of them when `count` is left out. */
  rewind(partition: string, count = Number.POSITIVE_INFINITY): void {
    const lane = this.#lanes.get(partition);
    if (lane !== undefined) lane.done = Math.max(0, lane.done - count);
  }

  /** Delivers everything, also what the consumer itself causes, until nothing is left. */
  async settle(): Promise<void> {
    for (;;) {
      await this.#pull();
      const waiting = [...this.#lanes].filter(([, { records, done }]) => done < records.length);
      if (waiting.length === 0) return;
      await this.deliver(
        waiting.map(([partition]) => partition),
        100,
      );
    }
  }

  /** Goes on counting for as long as something is under way, as a deployment does. */
  async settleWhile<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const watched = work.finally(() => {
      done = true;
    });
    // Who asked hears of a failure below; it must not count as nobody's until then.
    watched.catch(() => {});
    while (!done) await this.settle();
    return watched;
  }

  partitions(): string[] {
    return [...this.#lanes.keys()];
  }

  async logOf(userId: string): Promise<StoredEvent[]> {
    return (await this.#query(this.tables.events, userId)).map(readEventItem);
  }

  async hasItem(userId: string, key: string): Promise<boolean> {
    return (await this.#query(this.tables.members, userId)).some(({ sk }) => sk?.S === key);
  }

  /** The derived items of a partition, zeros and watermarks left out. */
  async itemsOf(userId: string): Promise<Record<string, unknown>> {
    const items: Record<string, unknown> = {};
    for (const item of await this.#query(this.tables.members, userId)) {
      const sk = item['sk']?.S ?? '';
      if (sk.startsWith('day#') || sk.startsWith('tie#')) {
        const amounts = readAmounts(item);
        if (Object.keys(amounts).length > 0) items[sk] = amounts;
      }
      if (sk === 'profile') addProfile(items, readProfileItem(item).profile);
    }
    return items;
  }

  /** What a plain fold over the log, and what has left it by age, gives for a partition. */
  async foldOf(userId: string): Promise<Record<string, unknown>> {
    const aged = this.expired.filter((stored) => stored.userId === userId);
    const { amounts, profile } = foldLog([...aged, ...(await this.logOf(userId))], RULES);
    const items: Record<string, unknown> = Object.fromEntries(amounts);
    addProfile(items, profile);
    return items;
  }

  async #pull(): Promise<void> {
    for (const record of await this.#tail.drain()) {
      const key = (record.dynamodb as { Keys?: Item }).Keys;
      const partition = key?.['userId']?.S ?? '';
      const lane = this.#lanes.get(partition) ?? { records: [], done: 0 };
      this.#lanes.set(partition, lane);
      lane.records.push(record);
    }
  }

  async #consume(
    batch: StreamRecord[],
    fault?: Fault,
  ): Promise<{ failed: string | undefined; died: boolean }> {
    let calls = 0;
    let dead = false;
    const send = async (...args: Parameters<DynamoDBClient['send']>): Promise<unknown> => {
      if (dead) throw new Dead();
      calls += 1;
      if (fault === undefined || calls !== fault.at) return this.client.send(...args);
      if (fault.how === 'dies after') await this.client.send(...args);
      dead = fault.how !== 'one call fails';
      throw new Dead();
    };
    const client = { send } as unknown as DynamoDBClient;
    const deps: AggregateDependencies = {
      ...aggregateOver(client, this.tables),
      rules: RULES,
      deadLetter: async (_record, reason) => void this.setAside.push(reason),
      onRetry: (error) => {
        if (!(error instanceof Dead)) throw error;
      },
    };
    const failed = await aggregate(batch, deps);
    return { failed, died: dead };
  }

  async #query(table: string, userId: string): Promise<Item[]> {
    const page = await this.client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'userId = :user',
        ExpressionAttributeValues: { ':user': { S: userId } },
        ConsistentRead: true,
      }),
    );
    return (page.Items ?? []).filter(({ sk }) => !sk?.S?.startsWith('~'));
  }
}

function addProfile(
  items: Record<string, unknown>,
  profile: { traits: object; anonymousIds: string[] },
): void {
  if (Object.keys(profile.traits).length + profile.anonymousIds.length > 0) items['profile'] = profile;
}

const sequenceOf = (record: StreamRecord): string | undefined => record.dynamodb?.SequenceNumber;

function interleaved(lists: StreamRecord[][]): StreamRecord[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list[i] ?? [])).flat();
}
