import { ApiError } from '#lib/platform/errors.ts';
import type { Item, StoredEvent } from '#lib/tracking/stored-event.ts';
import { type Amounts, addTo, type CountingRules, contributionsOf } from './contribution.ts';
import { amountsItem, profileItem, readAmounts, readProfileItem } from './member-items.ts';
import { type Profile, profileOf } from './profile.ts';
import type { RebuildResult } from './view.ts';

const ROUNDS = 3;

/** What a rebuild needs of the tables. */
export interface RebuildStore {
  /** all derived items of a member (`day#`, `tie#`, `profile`), read consistently */
  items(userId: string): Promise<Item[]>;
  /** all events of a member in the log, read consistently */
  log(userId: string): Promise<StoredEvent[]>;
  /**
   * Puts a marker behind everything the log's stream holds of this member, and waits until it was consumed.
   * @returns its watermark; undefined when the consumer does not come to it in time
   */
  passMarker(userId: string): Promise<string | undefined>;
  /** writes an item unless its watermark has moved since it was read; false when it has */
  replace(item: Item, read: Item | undefined): Promise<boolean>;
}

/** What a plain fold over a member's log gives: amounts by sort key, and the profile. */
export function foldLog(
  events: readonly StoredEvent[],
  rules: CountingRules,
): { amounts: Map<string, Amounts>; profile: Profile } {
  const amounts = new Map<string, Amounts>();
  for (const stored of events) {
    for (const contribution of contributionsOf(stored, rules)) addTo(amounts, contribution, 1);
  }
  return { amounts, profile: profileOf(events) };
}

/**
 * Makes a member's items anew from the log, while events go on coming. An item is replaced only if its
 * watermark stood still from before the log was read until everything up to a marker, set after the reading,
 * was counted, and the log reads the same then: so it held exactly what the reading saw. Others take another round.
 * Items whose events have partly expired by age keep what they have.
 * @returns undefined for a stranger
 * @throws ApiError 409 when the member is too busy, 503 when counting does not catch up in time
 */
export async function rebuildMember(
  userId: string,
  rules: CountingRules,
  store: RebuildStore,
): Promise<RebuildResult | undefined> {
  let repaired = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const items = new Map((await store.items(userId)).map((item) => [item['sk']?.S ?? '', item]));
    const events = await store.log(userId);
    if (events.length === 0 && items.size === 0) return undefined;
    const seq = await store.passMarker(userId);
    if (seq === undefined) {
      throw new ApiError(
        503,
        'counting_behind',
        'counting has not caught up with this member; try again later',
      );
    }
    const wanted = wantedItems(userId, foldLog(events, rules), seq);
    const settled = wantedItems(userId, foldLog(await store.log(userId), rules), seq);
    const keys = new Set([...items.keys(), ...wanted.keys()]);
    let unsettled = 0;
    for (const sk of keys) {
      const read = items.get(sk);
      if (read?.['expired']?.BOOL === true) continue;
      const item = wanted.get(sk) ?? amountsItem(userId, sk, {}, seq);
      if (!sameContent(wanted.get(sk), settled.get(sk))) unsettled += 1;
      else if (sameContent(item, read)) continue;
      else if (await store.replace(item, read)) repaired += 1;
      else unsettled += 1;
    }
    if (unsettled === 0) {
      return { userId, events: events.length, itemsChecked: keys.size, itemsRepaired: repaired };
    }
  }
  throw new ApiError(409, 'member_busy', 'events of this member keep changing; try again later');
}

function wantedItems(
  userId: string,
  { amounts, profile }: ReturnType<typeof foldLog>,
  seq: string,
): Map<string, Item> {
  const items = new Map<string, Item>();
  for (const [sk, sums] of amounts) items.set(sk, amountsItem(userId, sk, sums, seq));
  if (Object.keys(profile.traits).length + profile.anonymousIds.length > 0) {
    items.set('profile', profileItem(userId, profile, false, seq));
  }
  return items;
}

/** Whether two items say the same, watermarks aside; a damaged one is like no other, none is like an empty one. */
function sameContent(a: Item | undefined, b: Item | undefined): boolean {
  try {
    return contentOf(a) === contentOf(b);
  } catch {
    return false;
  }
}

function contentOf(item: Item | undefined): string {
  if (item === undefined) return '[]';
  if (item['sk']?.S !== 'profile') return JSON.stringify(Object.entries(readAmounts(item)).sort());
  const { traits, anonymousIds } = readProfileItem(item).profile;
  if (Object.keys(traits).length + anonymousIds.length === 0) return '[]';
  return JSON.stringify([Object.entries(traits).sort(([x], [y]) => (x < y ? -1 : 1)), anonymousIds]);
}
