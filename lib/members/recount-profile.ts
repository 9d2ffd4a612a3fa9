import { type Item, parseEventItem, type StoredEvent } from '#lib/events/stored-event.ts';
import { forEachConcurrently } from '#lib/platform/concurrency.ts';
import { StoreError } from '#lib/platform/errors.ts';
import { type CountingDeps, itemsOfMember } from './counting.ts';
import { isClosed, nextVersion } from './day-items.ts';

import { parseProfileItem } from './member-items.ts';
import {
  applyEvents,
  buildProfile,
  EMPTY_PROFILE,
  isAboutProfile,
  mergeEvent,
  type Profile,
} from './profile.ts';

/** What came, changed or went of a member's identify and alias calls. */
export interface ProfileTask {
  userId: string;
  /** their keys in the log */
  keys: ReadonlySet<string>;
  /** anonymous ids that a call named and names no more */
  unnamed: boolean;
  /** something came or changed; otherwise all of it has gone */
  arrived: boolean;
  /** something has gone by age */
  expired: boolean;
}

const MAX_ATTEMPTS = 12;
/** The profile itself holds so many anonymous ids; more are items of their own, `alias#<id>`. */
const MAX_INLINE_IDS = 100;
export const ALIAS_PREFIX = 'alias#';
const WRITE_CONCURRENCY = 16;

/**
 * Brings a member's profile up to what the log says. As for days, the item is read before the log and written only if
 * nobody has written it since.
 * @throws StoreError, retriable, when others kept writing at the same time
 */
export async function recountProfile(task: ProfileTask, deps: CountingDeps): Promise<void> {
  const { userId } = task;
  const key = { userId, sk: 'profile' };
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const seen = itemsOfMember(await deps.store.items([key]), userId).get(key.sk);
    if (seen === undefined && !task.arrived) return;
    const now = Math.floor(deps.now() / 1000);
    const stored = parseStoredProfile(seen, now);
    if (task.expired && !task.arrived && stored.isAged) return;
    const next = await applyTask(task, stored, deps);
    const closesAt = task.expired ? Math.min(now, next.closesAt) : next.closesAt;
    const { anonymousIds } = next.profile;
    if (await writeAliases(userId, anonymousIds.slice(MAX_INLINE_IDS), deps, next.isExact)) {
      const hasMoreIds = anonymousIds.length > MAX_INLINE_IDS || (stored.hasMoreIds && !next.isExact);
      const profile = { ...next.profile, anonymousIds: anonymousIds.slice(0, MAX_INLINE_IDS) };
      if (await deps.store.replace(buildProfileItem(userId, profile, { closesAt, hasMoreIds }, seen), seen))
        return;
    }
    await deps.pause(attempt);
  }
  throw new StoreError('merge a profile: others kept writing it', { retriable: true });
}

interface StoredProfile {
  profile: Profile;
  /** not all anonymous ids are in the profile itself */
  hasMoreIds: boolean;
  isCorrupt: boolean;
  closesAt: number;
  /** events may be gone by age, so that not all of it can be found in the log */
  isAged: boolean;
}

function parseStoredProfile(item: Item | undefined, now: number): StoredProfile {
  const text = item?.['closesAt']?.N;
  const expired = item?.['expired']?.BOOL === true;
  const closesAt = expired ? 0 : text === undefined ? Number.POSITIVE_INFINITY : Number(text);
  const known = {
    closesAt,
    isAged: isClosed({ closesAt, expired }, now),
    hasMoreIds: item?.['moreIds']?.BOOL === true,
  };
  try {
    return { profile: parseProfileItem(item), isCorrupt: false, ...known };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { profile: EMPTY_PROFILE, isCorrupt: true, ...known };
  }
}

function buildProfileItem(
  userId: string,
  { traits, anonymousIds }: Profile,
  { closesAt, hasMoreIds }: { closesAt: number; hasMoreIds: boolean },
  seen: Item | undefined,
): Item {
  return {
    userId: { S: userId },
    sk: { S: 'profile' },
    traits: { S: JSON.stringify(traits) },
    ...(anonymousIds.length === 0 ? {} : { anonymousIds: { SS: anonymousIds } }),
    ...(hasMoreIds ? { moreIds: { BOOL: true } } : {}),
    ...(Number.isFinite(closesAt) ? { closesAt: { N: String(closesAt) } } : {}),
    seq: nextVersion(seen),
  };
}

interface NextProfile {
  profile: Profile;
  closesAt: number;
  /** it holds what the log says, and nothing else */
  isExact: boolean;
}

async function applyTask(task: ProfileTask, stored: StoredProfile, deps: CountingDeps): Promise<NextProfile> {
  const { userId, keys } = task;
  if (task.expired && !task.arrived) return { ...stored, isExact: false };
  const items = await deps.store.eventItems([...keys].map((sk) => ({ userId, sk })));
  const found = itemsOfMember(items, userId);
  const events = new Map([...keys].map((sk) => [sk, parseProfileEvent(found.get(sk))]));
  const { profile, lost } = applyEvents(stored.profile, events);
  const closing = (some: Iterable<StoredEvent | undefined>, from: number): number => {
    let least = from;
    for (const event of some) if (event !== undefined) least = Math.min(least, event.expiresAt);
    return least;
  };
  if (!lost && !task.unnamed && !stored.isCorrupt) {
    return { profile, closesAt: closing(events.values(), stored.closesAt), isExact: false };
  }
  const log = await readProfileEvents(userId, deps);
  return stored.isAged
    ? { profile: log.reduce(mergeEvent, profile), closesAt: stored.closesAt, isExact: false }
    : { profile: buildProfile(log), closesAt: closing(log, Number.POSITIVE_INFINITY), isExact: true };
}

async function readProfileEvents(userId: string, { store }: CountingDeps): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const page of store.events(userId)) {
    for (const item of page) {
      const event = parseProfileEvent(item);
      if (event !== undefined) events.push(event);
    }
  }
  return events;
}

function parseProfileEvent(item: Item | undefined): StoredEvent | undefined {
  if (item === undefined) return undefined;
  try {
    const stored = parseEventItem(item);
    if (!isAboutProfile(stored)) return undefined;
    // What does not read was set aside when it came, and says nothing here.
    mergeEvent(EMPTY_PROFILE, stored);
    return stored;
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Keeps the anonymous ids that the profile itself has no room for as items of their own.
 * @param isAll takes away those that are not among them
 * @returns false when others were writing the same items
 */
async function writeAliases(
  userId: string,
  ids: readonly string[],
  { store }: CountingDeps,
  isAll: boolean,
): Promise<boolean> {
  if (ids.length === 0 && !isAll) return true;
  const wanted = new Set(ids.map((id) => ALIAS_PREFIX + id));
  const known = isAll
    ? new Map((await store.itemsOf(userId)).map((item) => [item['sk']?.S ?? '', item]))
    : itemsOfMember(await store.items([...wanted].map((sk) => ({ userId, sk }))), userId);
  const writes = [...wanted].map((sk) => () => {
    const seen = known.get(sk);
    return store.replace({ userId: { S: userId }, sk: { S: sk }, seq: nextVersion(seen) }, seen);
  });
  for (const [sk, item] of isAll ? known : []) {
    if (sk.startsWith(ALIAS_PREFIX) && !wanted.has(sk)) writes.push(() => store.remove(item));
  }
  let isWritten = true;
  await forEachConcurrently(writes, WRITE_CONCURRENCY, async (write) => {
    const hasWritten = await write();
    isWritten &&= hasWritten;
  });
  return isWritten;
}
