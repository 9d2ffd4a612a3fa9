import { type Item, parseEventItem } from '#lib/events/stored-event.ts';
import { type Contribution, type CountingRules, computeContribution } from './contribution.ts';
import { dayKey } from './item-keys.ts';
import type { KeySpan } from './log-parts.ts';

export interface ItemKey {
  userId: string;
  sk: string;
}

/** Items by member and sort key; those that do not exist are missing. */
export type ItemsByMember = ReadonlyMap<string, ReadonlyMap<string, Item>>;

const NO_ITEMS: ReadonlyMap<string, Item> = new Map();

export const itemsOfMember = (items: ItemsByMember, userId: string): ReadonlyMap<string, Item> =>
  items.get(userId) ?? NO_ITEMS;

/** The tables as counting uses them. All reads are consistent. */
export interface CountingStore {
  /** items of the members table by their keys */
  items(keys: readonly ItemKey[]): Promise<ItemsByMember>;
  /** all derived items of a member */
  itemsOf(userId: string): Promise<Item[]>;
  /** a member's events in a span of keys, or all, page by page in the order of their keys */
  events(userId: string, span?: KeySpan): AsyncIterable<Item[]>;
  /** events by their keys */
  eventItems(keys: readonly ItemKey[]): Promise<ItemsByMember>;
  /**
   * Writes an item if it still is as it was read.
   * @param seen the item as read, undefined when there was none
   * @returns false when somebody has written it since
   */
  replace(item: Item, seen: Item | undefined): Promise<boolean>;
  /** Deletes an item if it still is as it was read; false when somebody has written it since. */
  remove(seen: Item): Promise<boolean>;
}

/** An event of the log as counting sees it. */
export interface CountedEvent {
  sk: string;
  /** ISO time */
  receivedAt: string;
  /** seconds since 1970 */
  expiresAt: number;
  /** undefined when it is only stored */
  contribution: Contribution | undefined;
}

/** What items of the log contribute. One that does not read contributes nothing: its own stream record was set aside. */
export function* parseCountedEvents(items: readonly Item[], rules: CountingRules): Generator<CountedEvent> {
  for (const item of items) {
    const event = undefinedIfUnreadable(() => {
      const stored = parseEventItem(item);
      const { sk, receivedAt, expiresAt } = stored;
      return { sk, receivedAt, expiresAt, contribution: computeContribution(stored, rules) };
    });
    if (event !== undefined) yield event;
  }
}

function undefinedIfUnreadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A day of a member that is to be counted, and why. */
export interface DayTask {
  userId: string;
  /** YYYY-MM-DD */
  date: string;
  /** keys in the log of what came, changed or went */
  keys: ReadonlySet<string>;
  /** sort keys of the tie items that this changes */
  ties: ReadonlySet<string>;
  /** something came or changed; otherwise all of it has gone */
  arrived: boolean;
  /** something has gone by age */
  expired: boolean;
  /** count every part of it again, not only those of the keys */
  whole?: boolean;
  /** what the log has now under the keys, read after the items: where nothing of the day was counted, and all of it has come */
  inserted?: readonly CountedEvent[];
}

export interface CountingDeps {
  store: CountingStore;
  rules: CountingRules;
  /** milliseconds since 1970 */
  now: () => number;
  /** waits before the n-th repetition */
  pause: (attempt: number) => Promise<void>;
  /** how many events of a part of a day are read for one change in it, before it is divided */
  mostEvents?: number;
}

/** The items that counting a day may change. */
export const itemKeysOf = ({ date, ties }: Pick<DayTask, 'date' | 'ties'>): string[] => [
  dayKey(date),
  ...ties,
];
