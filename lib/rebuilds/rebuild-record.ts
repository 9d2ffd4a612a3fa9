import type { AttributeValue } from '#lib/platform/dynamodb.ts';
import {
  emptyTotals,
  MAX_EXAMPLES,
  type RebuildScope,
  type RebuildTotals,
  type RebuildView,
} from './rebuild-view.ts';

/** One job as the control table holds it. Times are milliseconds since 1970. */
export interface RebuildRecord {
  recountId: string;
  scope: RebuildScope;
  /** version of the rules that all members are counted by; undefined of a job over some members or days */
  rules?: string;
  /** how many parts the work is cut into */
  of: number;
  startedBy: string;
  startedAt: number;
  /** name of the execution that works on it, and when that was asked for */
  execution: string;
  begunAt: number;
  /** how it ended, once somebody has looked */
  ending?: Ending;
}

export interface Ending {
  state: 'done' | 'failed';
  endedAt: number;
  partsDone: number;
  totals: RebuildTotals;
  error?: string;
}

type Item = Record<string, AttributeValue>;

/** The key of a job in the control table. */
export const rebuildKey = (recountId: string): Item => ({ pk: { S: 'recount' }, sk: { S: recountId } });

export function toRebuildItem({ recountId, scope, rules, of, startedBy, ...times }: RebuildRecord): Item {
  const { members, from, to } = scope;
  return {
    ...rebuildKey(recountId),
    of: { N: String(of) },
    startedBy: { S: startedBy },
    startedAt: { N: String(times.startedAt) },
    execution: { S: times.execution },
    begunAt: { N: String(times.begunAt) },
    ...(members !== undefined && { members: { L: members.map((userId) => ({ S: userId })) } }),
    ...(from !== undefined && { from: { S: from } }),
    ...(to !== undefined && { to: { S: to } }),
    ...(rules !== undefined && { rules: { S: rules } }),
  };
}

export function parseRebuildItem(item: Item): RebuildRecord {
  const text = (name: string): string => item[name]?.S ?? '';
  const number = (name: string): number => Number(item[name]?.N ?? 0);
  const [members, from, to] = [item['members']?.L, item['from']?.S, item['to']?.S];
  const [rules, ending] = [item['rules']?.S, item['ending']?.S];
  return {
    recountId: text('sk'),
    scope: {
      ...(members !== undefined && { members: members.map(({ S }) => S ?? '') }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    },
    ...(rules !== undefined && { rules }),
    of: number('of'),
    startedBy: text('startedBy'),
    startedAt: number('startedAt'),
    execution: text('execution'),
    begunAt: number('begunAt'),
    ...(ending !== undefined && { ending: JSON.parse(ending) as Ending }),
  };
}

/**
 * What a job has come to.
 * @param parts of a job that is under way; once it has ended, its record says it
 */
export function buildRebuildView(record: RebuildRecord, parts: readonly PartRecord[]): RebuildView {
  const { recountId, scope, rules, of, startedBy, startedAt, ending } = record;
  const { members, from, to } = scope;
  return {
    recountId,
    state: ending?.state ?? 'running',
    scope: {
      ...(members !== undefined && { members: members.length }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    },
    ...(rules !== undefined && { rules }),
    startedBy,
    startedAt: toIso(startedAt),
    ...(ending !== undefined && { endedAt: toIso(ending.endedAt) }),
    parts: { done: ending?.partsDone ?? countPartsDone(parts), of },
    ...(ending?.totals ?? sumTotals(parts)),
    ...(ending?.error !== undefined && { error: ending.error }),
  };
}

/** How a job has ended, from its parts, when nobody works on it any more. @param otherwise the reason if no part has one */
export function determineEnding(
  record: RebuildRecord,
  parts: readonly PartRecord[],
  otherwise: string,
): Ending {
  const isDone = countPartsDone(parts) === record.of;
  const failed = parts.find(({ fault, endedAt }) => fault !== undefined && endedAt === undefined);
  return {
    state: isDone ? 'done' : 'failed',
    endedAt: Math.max(record.begunAt, ...parts.map(({ heardAt }) => heardAt)),
    partsDone: countPartsDone(parts),
    totals: sumTotals(parts),
    ...(!isDone && { error: failed?.fault ?? otherwise }),
  };
}

export const countPartsDone = (parts: readonly PartRecord[]): number =>
  parts.filter(({ endedAt }) => endedAt !== undefined).length;

const sumTotals = (parts: readonly PartRecord[]): RebuildTotals =>
  parts.reduce((sums, { totals }) => addTotals(sums, totals), emptyTotals());

const toIso = (ms: number): string => new Date(ms).toISOString();

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
