import type { CountingRules } from './contribution.ts';
import type { CountedEvent } from './counted-event.ts';
import type { CountingStore } from './counting.ts';

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
  /** count every part of it anew, not only those of the keys */
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

export const dayKey = (date: string): string => `day#${date}`;

/** The items that counting a day may change. */
export const itemKeysOf = ({ date, ties }: Pick<DayTask, 'date' | 'ties'>): string[] => [
  dayKey(date),
  ...ties,
];
