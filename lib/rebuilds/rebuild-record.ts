import type { AttributeValue } from '#lib/platform/attributes.ts';
import { addTotals, type PartRecord } from './part-record.ts';
import { emptyTotals, type RebuildScope, type RebuildTotals, type RebuildView } from './rebuild-view.ts';

/** One job as the control table holds it. Times are milliseconds since 1970. */
export interface RebuildRecord {
  recountId: string;
  scope: RebuildScope;
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

export function toRebuildItem({ recountId, scope, of, startedBy, ...times }: RebuildRecord): Item {
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
  };
}

export function parseRebuildItem(item: Item): RebuildRecord {
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
export function buildRebuildView(record: RebuildRecord, parts: readonly PartRecord[]): RebuildView {
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
  const faulty = parts.find(({ fault, endedAt }) => fault !== undefined && endedAt === undefined);
  return {
    state: isDone ? 'done' : 'failed',
    endedAt: Math.max(record.begunAt, ...parts.map(({ heardAt }) => heardAt)),
    partsDone: countPartsDone(parts),
    totals: sumTotals(parts),
    ...(!isDone && { error: faulty?.fault ?? otherwise }),
  };
}

export const countPartsDone = (parts: readonly PartRecord[]): number =>
  parts.filter(({ endedAt }) => endedAt !== undefined).length;

const sumTotals = (parts: readonly PartRecord[]): RebuildTotals =>
  parts.reduce((sums, { totals }) => addTotals(sums, totals), emptyTotals());

const toIso = (ms: number): string => new Date(ms).toISOString();
