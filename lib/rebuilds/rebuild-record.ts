import type { AttributeValue } from '#lib/platform/attributes.ts';
import { addTotals, type PartRecord } from './part-record.ts';
import { noTotals, type RecountScope, type RecountTotals, type RecountView } from './rebuild-view.ts';

/** One job as the control table holds it. Times are milliseconds since 1970. */
export interface RecountRecord {
  recountId: string;
  scope: RecountScope;
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
  totals: RecountTotals;
  error?: string;
}

type Item = Record<string, AttributeValue>;

/** The key of a job in the control table. */
export const recountKey = (recountId: string): Item => ({ pk: { S: 'recount' }, sk: { S: recountId } });

export function recountItem({ recountId, scope, of, startedBy, ...times }: RecountRecord): Item {
  const { members, from, to } = scope;
  return {
    ...recountKey(recountId),
    of: { N: String(of) },
    startedBy: { S: startedBy },
    startedAt: { N: String(times.startedAt) },
    execution: { S: times.execution },
    begunAt: { N: String(times.begunAt) },
    ...(members !== undefined && { members: { L: members.map((userId) => ({ S: userId })) } }),
    ...(from !== undefined && { from: { S: from } }),
    ...(to !== undefined && { to: { S: to } }),
  };
}

export function readRecountItem(item: Item): RecountRecord {
  const text = (name: string): string => item[name]?.S ?? '';
  const number = (name: string): number => Number(item[name]?.N ?? 0);
  const [members, from, to] = [item['members']?.L, item['from']?.S, item['to']?.S];
  const ending = item['ending']?.S;
  return {
    recountId: text('sk'),
    scope: {
      ...(members !== undefined && { members: members.map(({ S }) => S ?? '') }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    },
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
export function recountView(record: RecountRecord, parts: readonly PartRecord[]): RecountView {
  const { recountId, scope, of, startedBy, startedAt, ending } = record;
  const { members, from, to } = scope;
  return {
    recountId,
    state: ending?.state ?? 'running',
    scope: {
      ...(members !== undefined && { members: members.length }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    },
    startedBy,
    startedAt: iso(startedAt),
    ...(ending !== undefined && { endedAt: iso(ending.endedAt) }),
    parts: { done: ending?.partsDone ?? partsDone(parts), of },
    ...(ending?.totals ?? totalsOf(parts)),
    ...(ending?.error !== undefined && { error: ending.error }),
  };
}

/** How a job has ended, from its parts, when nobody works on it any more. @param otherwise the reason if no part has one */
export function endingOf(record: RecountRecord, parts: readonly PartRecord[], otherwise: string): Ending {
  const isDone = partsDone(parts) === record.of;
  const faulty = parts.find(({ fault, endedAt }) => fault !== undefined && endedAt === undefined);
  return {
    state: isDone ? 'done' : 'failed',
    endedAt: Math.max(record.begunAt, ...parts.map(({ heardAt }) => heardAt)),
    partsDone: partsDone(parts),
    totals: totalsOf(parts),
    ...(!isDone && { error: faulty?.fault ?? otherwise }),
  };
}

export const partsDone = (parts: readonly PartRecord[]): number =>
  parts.filter(({ endedAt }) => endedAt !== undefined).length;

const totalsOf = (parts: readonly PartRecord[]): RecountTotals =>
  parts.reduce((sums, { totals }) => addTotals(sums, totals), noTotals());

const iso = (ms: number): string => new Date(ms).toISOString();
