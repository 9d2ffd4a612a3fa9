import type { AttributeValue } from '#lib/platform/attributes.ts';
import { emptyTotals, MAX_EXAMPLES, type RebuildTotals } from './rebuild-view.ts';

/** A part of a job as the control table holds it. Times are milliseconds since 1970. */
export interface PartRecord {
  /** counts the calls that have taken the part over; only the last of them may write */
  calls: number;
  /** where the next call goes on; undefined at the beginning */
  position?: Position;
  /** of all that lies before the position */
  totals: RebuildTotals;
  /** the last sign of life of the call that works on it */
  heardAt: number;
  /** when it was through */
  endedAt?: number;
  /** why the last call failed; gone when a later one gets on */
  fault?: string;
}

/** Where a part is: first in the log, then in the table of members; or in a list of members. */
export type Position =
  | {
      table: 'events' | 'members';
      /** key of the last item that is done */
      after?: Record<string, AttributeValue>;
      /** the last member that is done; more of their items may follow */
      last?: string;
    }
  | { listed: number };

type PartItem = Record<string, AttributeValue>;

/** The key of a part in the control table. */
export const partKey = (recountId: string, part: number): PartItem => ({
  pk: { S: partsKey(recountId) },
  sk: { S: String(part) },
});

export const partsKey = (recountId: string): string => `recount-part#${recountId}`;

export function parsePartItem(item: PartItem): PartRecord {
  const [position, totals, endedAt, fault] = [
    item['position'],
    item['totals'],
    item['endedAt'],
    item['fault'],
  ];
  return {
    calls: Number(item['calls']?.N ?? 0),
    ...(position?.S !== undefined && { position: JSON.parse(position.S) as Position }),
    totals: totals?.S === undefined ? emptyTotals() : (JSON.parse(totals.S) as RebuildTotals),
    heardAt: Number(item['heardAt']?.N ?? 0),
    ...(endedAt?.N !== undefined && { endedAt: Number(endedAt.N) }),
    ...(fault?.S !== undefined && { fault: fault.S }),
  };
}

export const addTotals = (one: RebuildTotals, other: RebuildTotals): RebuildTotals => ({
  membersChecked: one.membersChecked + other.membersChecked,
  membersDiffering: one.membersDiffering + other.membersDiffering,
  membersFailed: one.membersFailed + other.membersFailed,
  itemsRepaired: one.itemsRepaired + other.itemsRepaired,
  itemsRecent: one.itemsRecent + other.itemsRecent,
  unreadableEvents: one.unreadableEvents + other.unreadableEvents,
  examples: [...one.examples, ...other.examples].slice(0, MAX_EXAMPLES),
});
