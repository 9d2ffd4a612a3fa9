import { isAnonymous } from '#lib/tracking/ids.ts';
import { type ItemChange, itemChanges, type LogChange, readRecord, type StreamRecord } from './changes.ts';
import type { CountingRules } from './contribution.ts';
import type { Identity } from './identity.ts';
import type { MemberWriter } from './members-table.ts';
import { isAboutProfile, namedAnonymousIds } from './profile.ts';

const ITEMS_IN_FLIGHT = 16;

export interface AggregateDependencies {
  rules: CountingRules;
  members: MemberWriter;
  identity: Identity;
  /** takes a record that can never be counted, with the reason; resolves when it is kept safe */
  deadLetter: (record: StreamRecord, reason: string) => Promise<void>;
  /** told of every failure that will be retried */
  onRetry: (error: unknown) => void;
}

/** One unit of work on behalf of some records: done once for all of them, or to be tried again from the first. */
interface Task {
  changes: readonly LogChange[];
  run: () => Promise<void>;
}

/**
 * Counts a batch of the log's stream into members' items, each record exactly once however often it comes.
 * @returns the sequence number of the first record that must come again; undefined when all are done
 */
export async function aggregate(
  records: readonly StreamRecord[],
  deps: AggregateDependencies,
): Promise<string | undefined> {
  const failed = new Set<StreamRecord>();
  const changes: LogChange[] = [];
  for (const record of records) {
    try {
      changes.push(readRecord(record));
    } catch (error) {
      await setAside(record, error, failed, deps);
    }
  }
  const counting = await countingTasks(changes, failed, deps);
  await runAll(counting, failed, deps);
  // Moving comes after counting: what moves must have been counted where it was.
  await runAll(identityTasks(changes, deps), failed, deps);
  return records.find((record) => failed.has(record))?.dynamodb?.SequenceNumber;
}

async function countingTasks(
  changes: readonly LogChange[],
  failed: Set<StreamRecord>,
  deps: AggregateDependencies,
): Promise<Task[]> {
  const items = new Map<string, { userId: string; sk: string; of: LogChange[]; changes: ItemChange[] }>();
  const profiles = new Map<string, LogChange[]>();
  const tasks: Task[] = [];
  for (const change of changes) {
    const { marker } = change;
    if (marker !== undefined) {
      tasks.push({ changes: [change], run: () => deps.members.acknowledgeMarker(marker, change.seq) });
      continue;
    }
    const stored = change.after ?? change.before;
    if (stored === undefined) continue;
    try {
      for (const [sk, itemChange] of itemChanges(change, deps.rules)) {
        const key = `${stored.userId}\n${sk}`;
        const item = items.get(key) ?? { userId: stored.userId, sk, of: [], changes: [] };
        items.set(key, item);
        item.of.push(change);
        item.changes.push(itemChange);
      }
    } catch (error) {
      await setAside(change.record, error, failed, deps);
      continue;
    }
    if ([change.before, change.after].some((event) => event !== undefined && isAboutProfile(event))) {
      profiles.set(stored.userId, [...(profiles.get(stored.userId) ?? []), change]);
    }
  }
  for (const { userId, sk, of, changes: itemChanges } of items.values()) {
    tasks.push({ changes: of, run: () => deps.members.add(userId, sk, itemChanges) });
  }
  for (const [userId, of] of profiles) {
    tasks.push({ changes: of, run: () => deps.members.mergeProfile(userId, of) });
  }
  return tasks;
}

function identityTasks(changes: readonly LogChange[], { identity }: AggregateDependencies): Task[] {
  const links = new Map<string, Task>();
  const strays = new Map<string, LogChange[]>();
  for (const change of changes) {
    const stored = change.after;
    if (stored === undefined) continue;
    if (isAnonymous(stored.userId)) {
      strays.set(stored.userId, [...(strays.get(stored.userId) ?? []), change]);
      continue;
    }
    for (const anonymousId of namedAnonymousIds(stored)) {
      const key = `${anonymousId}\n${stored.userId}`;
      const known = links.get(key)?.changes ?? [];
      links.set(key, { changes: [...known, change], run: () => identity.link(anonymousId, stored.userId) });
    }
  }
  const moving = [...strays].map(([partition, of]) => ({
    changes: of,
    run: () => identity.moveStrays(partition),
  }));
  return [...links.values(), ...moving];
}

async function runAll(
  tasks: readonly Task[],
  failed: Set<StreamRecord>,
  deps: AggregateDependencies,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let task = tasks[next++]; task !== undefined; task = tasks[next++]) await run(task, failed, deps);
  };
  await Promise.all(Array.from({ length: Math.min(tasks.length, ITEMS_IN_FLIGHT) }, worker));
}

async function run(task: Task, failed: Set<StreamRecord>, deps: AggregateDependencies): Promise<void> {
  try {
    await task.run();
  } catch (error) {
    for (const { record } of task.changes) {
      if (isPoison(error)) await setAside(record, error, failed, deps);
      else failed.add(record);
    }
    if (!isPoison(error)) deps.onRetry(error);
  }
}

// A damaged item makes the write itself wrong, or cannot be read: no repetition mends that, a rebuild does.
const isPoison = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'ValidationException' || error instanceof SyntaxError);

/** A record that can never succeed must not hold up its shard: it is kept aside, and the rest goes on. */
async function setAside(
  record: StreamRecord,
  reason: unknown,
  failed: Set<StreamRecord>,
  deps: AggregateDependencies,
): Promise<void> {
  try {
    await deps.deadLetter(record, reason instanceof Error ? reason.message : String(reason));
  } catch (error) {
    failed.add(record);
    deps.onRetry(error);
  }
}
