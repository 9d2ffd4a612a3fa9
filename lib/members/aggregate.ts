import { isAnonymous } from '#lib/events/ids.ts';
import type { StoredEvent } from '#lib/events/stored-event.ts';
import { forEachConcurrently } from '#lib/platform/concurrency.ts';
import { type Contribution, computeContribution } from './contribution.ts';
import {
  type CountingDeps,
  type DayTask,
  type ItemKey,
  type ItemsByMember,
  itemKeysOf,
  itemsOfMember,
  parseCountedEvents,
} from './counting.ts';
import type { Identity } from './identity.ts';
import { dayKey } from './item-keys.ts';
import { type LogChange, parseStreamRecord, type StreamRecord } from './log-change.ts';
import { isAboutProfile, namedAnonymousIds } from './profile.ts';
import { recountDay } from './recount-day.ts';
import { type ProfileTask, recountProfile } from './recount-profile.ts';

const TASKS_IN_FLIGHT = 32;
const MAX_ATTEMPTS = 3;
/** So many events are cheaper read by their keys than with the day around them. */
const MAX_EVENTS_READ_BY_KEY = 4;
const DAY_SECONDS = 86_400;

export interface AggregateDeps extends CountingDeps {
  identity: Identity;
  /** sends a record that can never be counted to the dead-letter queue, with the reason; resolves when it is stored */
  deadLetter: (record: StreamRecord, reason: string) => Promise<void>;
  /** whether an error goes away without any change of ours: throttling, a broken connection, a conflict */
  isTransient: (error: unknown) => boolean;
  /** whether the call must come to its end: what is not begun then comes again */
  isOutOfTime: () => boolean;
  /** called with every failure that will be retried */
  onRetry: (error: unknown) => void;
}

/** One unit of work on behalf of some records: done once for all of them, or to be tried again. */
interface Task {
  changes: readonly LogChange[];
  run: () => Promise<unknown>;
}

/**
 * Counts a batch of the log's stream into members' items. A record only says what is to be counted; the counts come from
 * the log. So records may come in any order, more than once, and beside each other.
 * @returns the sequence number of the first record that must come again; undefined when all are done
 */
export async function aggregate(
  records: readonly StreamRecord[],
  deps: AggregateDeps,
): Promise<string | undefined> {
  const failed = new Set<StreamRecord>();
  const changes: LogChange[] = [];
  for (const record of records) {
    try {
      const change = parseStreamRecord(record, Math.floor(deps.now() / 1000));
      if (change !== undefined) changes.push(change);
    } catch (error) {
      await deadLetterOrRetry(record, error, failed, deps);
    }
  }
  await runAll(await buildCountingTasks(changes, failed, deps), failed, deps);
  await runAll(buildIdentityTasks(changes, deps), failed, deps);
  return records.find((record) => failed.has(record))?.dynamodb?.SequenceNumber;
}

async function buildCountingTasks(
  changes: readonly LogChange[],
  failed: Set<StreamRecord>,
  deps: AggregateDeps,
): Promise<Task[]> {
  const days = new Map<string, { task: ChangedDay; of: LogChange[] }>();
  const profiles = new Map<string, { task: ChangedProfile; of: LogChange[] }>();
  for (const change of changes) {
    try {
      collectDays(change, days, deps);
      collectProfile(change, profiles);
    } catch (error) {
      await deadLetterOrRetry(change.record, error, failed, deps);
    }
  }
  return [
    ...buildDayTasks([...days.values()], deps),
    ...[...profiles.values()].map(({ task, of }) => ({ changes: of, run: () => recountProfile(task, deps) })),
  ];
}

/**
 * Days are counted beside each other, their items read together. But those of a member that write the same tie follow one
 * another.
 */
function buildDayTasks(days: readonly { task: ChangedDay; of: LogChange[] }[], deps: AggregateDeps): Task[] {
  const listItemKeys = (task: DayTask): ItemKey[] =>
    itemKeysOf(task).map((sk) => ({ userId: task.userId, sk }));
  const listEventKeys = ({ userId, keys }: DayTask): ItemKey[] => [...keys].map((sk) => ({ userId, sk }));
  /** Of a day of which nothing was counted, the events at hand are read by their keys, those of many days together. */
  const isFirst = (task: ChangedDay, items: ItemsByMember): boolean =>
    task.isNew &&
    task.keys.size <= MAX_EVENTS_READ_BY_KEY &&
    !itemsOfMember(items, task.userId).has(dayKey(task.date));
  const count = (task: ChangedDay, items: ItemsByMember, events: ItemsByMember): Promise<unknown> => {
    if (!isFirst(task, items)) return recountDay(task, itemsOfMember(items, task.userId), deps);
    const found = itemsOfMember(events, task.userId);
    const own = [...task.keys].map((sk) => found.get(sk)).filter((item) => item !== undefined);
    const inserted = [...parseCountedEvents(own, deps.rules)];
    return recountDay({ ...task, inserted }, itemsOfMember(items, task.userId), deps);
  };
  const readAll = async (
    tasks: readonly ChangedDay[],
  ): Promise<{ items: ItemsByMember; events: ItemsByMember }> => {
    const items = await deps.store.items(tasks.flatMap(listItemKeys));
    const first = tasks.filter((task) => isFirst(task, items));
    return { items, events: await deps.store.eventItems(first.flatMap(listEventKeys)) };
  };
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { task } of days) {
    for (const tie of task.ties) {
      const key = `${task.userId}\n${tie}`;
      if (seen.has(key)) shared.add(task.userId);
      seen.add(key);
    }
  }
  const alone = days.filter(({ task }) => task.ties.size === 0 || !shared.has(task.userId));
  const readAlone = memoizeUntilFailure(() => readAll(alone.map(({ task }) => task)));
  const inTurn = Map.groupBy(
    days.filter(({ task }) => task.ties.size > 0 && shared.has(task.userId)),
    ({ task }) => task.userId,
  );
  return [
    ...alone.map(({ task, of }) => ({
      changes: of,
      run: async () => {
        const { items, events } = await readAlone();
        await count(task, items, events);
      },
    })),
    ...[...inTurn.values()].map((some) => ({
      changes: some.flatMap(({ of }) => of),
      run: async () => {
        for (const { task } of some) {
          const { items, events } = await readAll([task]);
          await count(task, items, events);
        }
      },
    })),
  ];
}

/** Does something when it is first asked for; after a failure, again. */
function memoizeUntilFailure<T>(work: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | undefined;
  return () => {
    begun ??= work().catch((error: unknown) => {
      begun = undefined;
      throw error;
    });
    return begun;
  };
}

/** `isNew`: all of it has just come, nothing was corrected. */
type ChangedDay = DayTask & { keys: Set<string>; ties: Set<string>; isNew: boolean };
type ChangedProfile = ProfileTask & { keys: Set<string> };

/** Notes the days that a change is about; none when it counts as it did before. */
function collectDays(
  change: LogChange,
  days: Map<string, { task: ChangedDay; of: LogChange[] }>,
  { rules }: AggregateDeps,
): void {
  const { before, after, expired } = change;
  const [was, is] = [before, after].map((stored) => stored && computeContribution(stored, rules));
  if (
    before !== undefined &&
    after !== undefined &&
    isSameContribution(was, is) &&
    isSameRetention(before, after)
  )
    return;
  for (const [stored, contribution] of [
    [before, was],
    [after, is],
  ] as const) {
    if (stored === undefined || contribution === undefined) continue;
    const { userId } = stored;
    const key = `${userId}\n${contribution.date}`;
    const day = days.get(key) ?? { task: createChangedDay(userId, contribution.date), of: [] };
    days.set(key, day);
    day.of.push(change);
    day.task.keys.add(stored.sk);
    if (contribution.tie !== undefined) day.task.ties.add(contribution.tie.sk);
    day.task.isNew &&= before === undefined;
    day.task.arrived ||= after !== undefined;
    day.task.expired ||= expired;
  }
}

const createChangedDay = (userId: string, date: string): ChangedDay => ({
  userId,
  date,
  keys: new Set(),
  ties: new Set(),
  arrived: false,
  expired: false,
  isNew: true,
});

const isSameContribution = (a: Contribution | undefined, b: Contribution | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** A day closes when its first event may be gone; a file imported again renews them all. Renewals of hours add up to days. */
const isSameRetention = (before: StoredEvent, after: StoredEvent): boolean =>
  Math.floor(after.expiresAt / DAY_SECONDS) === Math.floor(before.expiresAt / DAY_SECONDS);

/** Notes a change of an identify or alias call; none when it repeats what is known. */
function collectProfile(
  change: LogChange,
  profiles: Map<string, { task: ChangedProfile; of: LogChange[] }>,
): void {
  const { before, after, expired } = change;
  const about = [before, after].find((stored) => stored !== undefined && isAboutProfile(stored));
  if (
    about === undefined ||
    (before !== undefined && after !== undefined && isSameProfileContent(before, after))
  )
    return;
  const { userId, sk } = about;
  const profile = profiles.get(userId) ?? {
    task: { userId, keys: new Set<string>(), unnamed: false, arrived: false, expired: false },
    of: [],
  };
  profiles.set(userId, profile);
  profile.of.push(change);
  const { task } = profile;
  if (!expired) task.keys.add(sk);
  const named = new Set(after === undefined ? [] : namedAnonymousIds(after));
  task.unnamed ||= !expired && before !== undefined && namedAnonymousIds(before).some((id) => !named.has(id));
  task.arrived ||= after !== undefined;
  task.expired ||= expired;
}

const isSameProfileContent = (a: StoredEvent, b: StoredEvent): boolean =>
  a.type === b.type &&
  a.at === b.at &&
  a.traits === b.traits &&
  a.anonymousId === b.anonymousId &&
  a.previousId === b.previousId;

function buildIdentityTasks(changes: readonly LogChange[], { identity }: AggregateDeps): Task[] {
  const links = new Map<string, Task>();
  const unlinked = new Map<string, LogChange[]>();
  for (const change of changes) {
    const stored = change.after;
    if (stored === undefined) continue;
    if (isAnonymous(stored.userId)) {
      unlinked.set(stored.userId, [...(unlinked.get(stored.userId) ?? []), change]);
      continue;
    }
    for (const anonymousId of namedAnonymousIds(stored)) {
      const key = `${anonymousId}\n${stored.userId}`;
      const known = links.get(key)?.changes ?? [];
      links.set(key, { changes: [...known, change], run: () => identity.link(anonymousId, stored.userId) });
    }
  }
  const moving = [...unlinked].map(([partition, of]) => ({
    changes: of,
    run: () => identity.moveUnlinkedEvents(partition),
  }));
  return [...links.values(), ...moving];
}

async function runAll(tasks: readonly Task[], failed: Set<StreamRecord>, deps: AggregateDeps): Promise<void> {
  await forEachConcurrently(tasks, TASKS_IN_FLIGHT, async (task) => {
    if (deps.isOutOfTime()) for (const { record } of task.changes) failed.add(record);
    else await run(task, failed, deps);
  });
}

/** What cannot pass is tried a few times, then set aside: it must not hold up the records behind it. */
async function run(task: Task, failed: Set<StreamRecord>, deps: AggregateDeps): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await task.run();
      return;
    } catch (error) {
      if (deps.isTransient(error)) {
        for (const { record } of task.changes) failed.add(record);
        deps.onRetry(error);
        return;
      }
      if (attempt === MAX_ATTEMPTS) {
        for (const { record } of task.changes) await deadLetterOrRetry(record, error, failed, deps);
        return;
      }
      await deps.pause(attempt);
    }
  }
}

async function deadLetterOrRetry(
  record: StreamRecord,
  reason: unknown,
  failed: Set<StreamRecord>,
  deps: AggregateDeps,
): Promise<void> {
  try {
    await deps.deadLetter(record, reason instanceof Error ? reason.message : String(reason));
  } catch (error) {
    failed.add(record);
    deps.onRetry(error);
  }
}
