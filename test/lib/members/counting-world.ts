import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { createCalendar } from '#lib/events/calendar.ts';
import { type Item, parseEventItem, type StoredEvent, toEventItem } from '#lib/events/stored-event.ts';
import { buildTaxonomy } from '#lib/events/taxonomy.ts';
import { type AggregateDeps, aggregate } from '#lib/members/aggregate.ts';
import {
  type Amounts,
  addAmounts,
  type CountingRules,
  createCountingRules,
} from '#lib/members/contribution.ts';
import { createCountingDeps } from '#lib/members/counting-table.ts';
import { isClosed, parseClosing } from '#lib/members/day-items.ts';
import type { StreamRecord } from '#lib/members/log-change.ts';
import { parseAmounts, parseProfileItem } from '#lib/members/member-items.ts';
import { isTransient } from '#lib/platform/errors.ts';
import { createClient, createTables, startEngine, type TestTables } from '#test/engines/dynamodb.ts';
import { tailStream } from '#test/engines/stream-tail.ts';
import { foldLog } from './plain-fold.ts';

export const RULES = createCountingRules(buildTaxonomy(), createCalendar('Asia/Shanghai'), 'CNY');

/** How a call of the consumer goes wrong at its n-th call of DynamoDB. */
export interface Fault {
  at: number;
  how: 'dies before' | 'dies after' | 'one call fails';
}

/** One call of the consumer. */
export interface Batch {
  size: number;
  /** chooses the items whose records come next, and their order in the batch */
  seed: number;
  /** so many records that were delivered before, of whatever age, come again in it */
  again: number;
  fault?: Fault | undefined;
  /** by which it counts: a call may have begun before the last deploy; by those of now without it */
  rules?: CountingRules;
}

/** A record in a batch; `item` moves on with it when it comes for the first time. */
interface Delivered {
  record: StreamRecord;
  item: { done: number } | undefined;
}

/** As the SDK marks what broke on its way. */
class SimulatedCrash extends Error {
  readonly $metadata = {};
}

/** A world on an engine of its own. */
export async function startWorld(): Promise<{ world: CountingWorld; stop(): Promise<void> }> {
  const engine = await startEngine();
  const client = createClient(engine.endpoint);
  const tables = await createTables(client);
  const tail = await tailStream(client, engine.endpoint, tables.events);
  return { world: new CountingWorld(client, tables, tail, engine.endpoint), stop: () => engine.stop() };
}

/**
 * A log with its stream, and a consumer that is treated as Amazon may treat it: at least once, in order for one item
 * only (a member's items may lie in several shards), batches beside each other, old records again, streams that end and
 * begin again with lower numbers.
 */
export class CountingWorld {
  readonly client: DynamoDBClient;
  readonly tables: TestTables;
  /** of the engine; only known to a world that `startWorld` made */
  readonly endpoint: string;
  /** by which it counts from now on; calls under way keep theirs */
  rules: CountingRules = RULES;
  readonly #tail: Awaited<ReturnType<typeof tailStream>>;
  /** the records of each item in their order, how many of them are done, and how many the stream has forgotten */
  readonly #items = new Map<
    string,
    { partition: string; records: StreamRecord[]; done: number; forgotten: number }
  >();
  #number = 2n ** 70n;
  #stream = 1;
  /** milliseconds since 1970, as the consumer knows it */
  now = Date.parse('2026-04-10T00:00:00Z');
  /** whether time has passed */
  hasAged = false;
  /** days that are not counted any more, by partition and date, as they were when they closed */
  readonly #closed = new Map<string, { day: Amounts; ties: Map<string, Amounts> }>();
  /** sort keys of everything put and not taken away since */
  readonly acknowledged = new Set<string>();
  readonly setAside: string[] = [];
  /** how many events of a part of a day are read before it is divided; as deployed without it */
  mostEvents: number | undefined;

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
      await this.client.send(
        new PutItemCommand({ TableName: this.tables.events, Item: toEventItem(stored) }),
      );
      this.acknowledged.add(stored.sk);
    }
  }

  async remove(userId: string, sk: string): Promise<void> {
    await this.#delete(userId, sk);
  }

  /** Removes an event as DynamoDB does by age: it says so by its own name, only by the type, or not at all. */
  async sweep(
    userId: string,
    sk: string,
    identity: StreamRecord['userIdentity'] = { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
  ): Promise<void> {
    await this.#pull();
    await this.#delete(userId, sk);
    await this.#pull();
    const last = this.#items.get(`${userId}\n${sk}`)?.records.at(-1);
    // The engine's own sweep takes hours; the record that it would write differs by this one field.
    if (last?.eventName === 'REMOVE' && identity !== undefined) last.userIdentity = identity;
  }

  async #delete(userId: string, sk: string): Promise<void> {
    const Key = { userId: { S: userId }, sk: { S: sk } };
    await this.client.send(new DeleteItemCommand({ TableName: this.tables.events, Key }));
    this.acknowledged.delete(sk);
  }

  /** The stream ends, and another begins, whose numbers are lower than any before. */
  async replaceStream(): Promise<void> {
    await this.#pull();
    this.#number = 1n;
    this.#stream += 1;
  }

  /**
   * Lets time pass, with nothing under way: a stream is never behind by as long as a day takes to close. What is closed
   * then stays as the log says now.
   */
  async passTime(to: number): Promise<void> {
    await this.settle();
    this.now = Math.max(this.now, to);
    this.hasAged = true;
    for (const item of this.#items.values()) item.forgotten = item.done;
    for (const partition of this.partitions()) {
      const log = await this.logOf(partition);
      for (const item of await this.#query(this.tables.members, partition)) {
        const [kind, date = ''] = (item['sk']?.S ?? '').split('#');
        const key = `${partition}\n${date}`;
        if (kind !== 'day' || this.#closed.has(key) || !isClosed(parseClosing(item), this.now / 1000))
          continue;
        const { amounts } = foldLog(
          log.filter(({ at }) => this.rules.calendar.dateAt(Date.parse(at)) === date),
          this.rules,
        );
        const ties = new Map([...amounts].filter(([sk]) => sk.startsWith('tie#')));
        this.#closed.set(key, { day: amounts.get(`day#${date}`) ?? {}, ties });
      }
    }
  }

  /** Calls the consumer with these batches, all at the same time; records of one item are in one of them only. */
  async deliver(...batches: readonly Batch[]): Promise<void> {
    await this.#pull();
    const taken = new Set<string>();
    await Promise.all(
      batches.map((batch) => {
        const random = seededRandom(batch.seed);
        const waiting = [...this.#items].filter(
          ([key, { records, done }]) => done < records.length && !taken.has(key),
        );
        const own = shuffled(waiting, random).slice(0, batch.size);
        const records: Delivered[] = own.flatMap(([key, item]) => {
          taken.add(key);
          const count = 1 + Math.floor(random() * (item.records.length - item.done));
          return item.records.slice(item.done, item.done + count).map((record) => ({ record, item }));
        });
        const old: Delivered[] = [...this.#items.values()].flatMap((item) =>
          item.records.slice(item.forgotten, item.done).map((record) => ({ record, item: undefined })),
        );
        const repeated = shuffled(old, random).slice(0, batch.again);
        return this.#call(interleaved([records, repeated]), { ...batch, random });
      }),
    );
  }

  /** Delivers all records of a partition again, in any order. */
  async replay(partition: string, seed = 1): Promise<void> {
    await this.#pull();
    const all = [...this.#items.values()].filter((item) => item.partition === partition);
    const random = seededRandom(seed);
    await this.#call(
      shuffled(
        all.flatMap((item) => item.records.slice(item.forgotten, item.done)),
        random,
      ).map((record) => ({ record, item: undefined })),
    );
  }

  /** Delivers everything, also what the consumer itself causes, until nothing is left. */
  async settle(): Promise<void> {
    for (let seed = 1; ; seed += 1) {
      await this.#pull();
      if ([...this.#items.values()].every(({ records, done }) => done === records.length)) return;
      const waiting = [...this.#items.values()].filter(({ records, done }) => done < records.length).length;
      const size = Math.ceil(waiting / 2);
      await this.deliver({ size, seed, again: 0 }, { size, seed: seed + 1, again: 0 });
    }
  }

  partitions(): Set<string> {
    return new Set([...this.#items.values()].map(({ partition }) => partition));
  }

  async logOf(userId: string): Promise<StoredEvent[]> {
    return (await this.#query(this.tables.events, userId)).map(parseEventItem);
  }

  async item(userId: string, key: string): Promise<Item | undefined> {
    return (await this.#query(this.tables.members, userId)).find(({ sk }) => sk?.S === key);
  }

  async hasItem(userId: string, key: string): Promise<boolean> {
    return (await this.item(userId, key)) !== undefined;
  }

  /** What is counted of a partition, without zeros. */
  async itemsOf(userId: string): Promise<Record<string, unknown>> {
    const items: Record<string, unknown> = {};
    for (const item of await this.#query(this.tables.members, userId)) {
      const sk = item['sk']?.S ?? '';
      if (sk.startsWith('day#') || sk.startsWith('tie#')) addSome(items, sk, parseAmounts(item));
      if (sk === 'profile') addProfile(items, parseProfileItem(item));
    }
    return items;
  }

  /** What a plain fold over the log gives for a partition, with closed days as they were. */
  async foldOf(userId: string): Promise<Record<string, unknown>> {
    const log = await this.logOf(userId);
    const isOpen = ({ at }: StoredEvent): boolean =>
      !this.#closed.has(`${userId}\n${this.rules.calendar.dateAt(Date.parse(at))}`);
    const sums = foldLog(log.filter(isOpen), this.rules).amounts;
    for (const [key, { day, ties }] of this.#closed) {
      const [partition, date] = key.split('\n');
      if (partition !== userId) continue;
      for (const [sk, amounts] of [[`day#${date}`, day] as const, ...ties]) {
        const known = sums.get(sk) ?? {};
        sums.set(sk, known);
        addAmounts(known, amounts);
      }
    }
    const items: Record<string, unknown> = {};
    for (const [sk, amounts] of sums) addSome(items, sk, amounts);
    addProfile(items, foldLog(log, this.rules).profile);
    return items;
  }

  /** The consumer's dependencies, on a client that goes wrong as told. */
  deps(client: DynamoDBClient = this.client, rules: CountingRules = this.rules): AggregateDeps {
    return {
      ...createCountingDeps(client, this.tables, rules, () => this.now),
      deadLetter: async (_record, reason) => void this.setAside.push(reason),
      isTransient: isTransient,
      isOutOfTime: () => false,
      ...(this.mostEvents !== undefined && { mostEvents: this.mostEvents }),
      pause: () => new Promise((resolve) => setImmediate(resolve)),
      onRetry: (error) => {
        if (!(error instanceof SimulatedCrash)) throw error;
      },
    };
  }

  async #pull(): Promise<void> {
    for (const record of await this.#tail.drain()) {
      const keys = (record.dynamodb as { Keys?: Item }).Keys;
      const partition = keys?.['userId']?.S ?? '';
      const key = `${partition}\n${keys?.['sk']?.S}`;
      const item = this.#items.get(key) ?? { partition, records: [], done: 0, forgotten: 0 };
      this.#items.set(key, item);
      this.#number += 1n;
      const dynamodb = { ...record.dynamodb, SequenceNumber: String(this.#number) };
      item.records.push({
        ...record,
        dynamodb,
        ...{ eventSourceARN: `table/events/stream/${this.#stream}` },
      });
    }
  }

  /** A client that goes wrong as told. @param random lets calls wait a moment, so that those of others come between */
  faultyClient(
    fault: Fault | undefined,
    random?: () => number,
  ): { client: DynamoDBClient; isDead: () => boolean } {
    let calls = 0;
    let dead = false;
    const send = async (...args: Parameters<DynamoDBClient['send']>): Promise<unknown> => {
      if (dead) throw new SimulatedCrash();
      calls += 1;
      const [own, pause] = [calls, random?.() ?? 0];
      if (pause > 0.5) await new Promise((resolve) => setTimeout(resolve, (pause - 0.5) * 8));
      if (fault === undefined || own !== fault.at) return this.client.send(...args);
      if (fault.how === 'dies after') await this.client.send(...args);
      dead = fault.how !== 'one call fails';
      throw new SimulatedCrash();
    };
    return { client: { send } as unknown as DynamoDBClient, isDead: () => dead };
  }

  async #call(
    batch: Delivered[],
    { fault, rules, random }: Pick<Batch, 'fault' | 'rules'> & { random?: () => number } = {},
  ): Promise<void> {
    if (batch.length === 0) return;
    const { client, isDead } = this.faultyClient(fault, random);
    const failed = await aggregate(
      batch.map(({ record }) => record),
      this.deps(client, rules),
    );
    if (isDead()) return;
    const end =
      failed === undefined ? batch.length : batch.findIndex(({ record }) => readNumber(record) === failed);
    for (const { item } of batch.slice(0, end)) if (item !== undefined) item.done += 1;
  }

  async #query(table: string, userId: string): Promise<Item[]> {
    const items: Item[] = [];
    let start: Item | undefined;
    do {
      const page: QueryCommandOutput = await this.client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'userId = :user',
          ExpressionAttributeValues: { ':user': { S: userId } },
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      );
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  }
}

function addSome(items: Record<string, unknown>, sk: string, amounts: Amounts): void {
  const some = Object.entries(amounts).filter(([, amount]) => amount !== 0);
  if (some.length > 0) items[sk] = Object.fromEntries(some);
}

function addProfile(
  items: Record<string, unknown>,
  profile: { traits: object; anonymousIds: string[] },
): void {
  if (Object.keys(profile.traits).length + profile.anonymousIds.length > 0) items['profile'] = profile;
}

const readNumber = (record: StreamRecord): string | undefined => record.dynamodb?.SequenceNumber;

function interleaved<T>(lists: T[][]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) =>
    lists.flatMap((list) => (i < list.length ? [list[i] as T] : [])),
  ).flat();
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  return list
    .map((value) => ({ value, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ value }) => value);
}

/** Mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
