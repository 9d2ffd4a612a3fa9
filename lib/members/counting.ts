import type { Item } from '#lib/events/stored-event.ts';
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
