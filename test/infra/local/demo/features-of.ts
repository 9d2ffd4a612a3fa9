import type { SegmentCall } from '#infra/local/demo/segment-call.ts';
import { type Action, buildTaxonomy } from '#lib/events/taxonomy.ts';

const DAY_MS = 86_400_000;
const taxonomy = buildTaxonomy();

/** A member's figures as of a day, computed from the calls alone; money in yuan. */
export interface Features {
  counts30: Record<Action, number>;
  activeDays30: number;
  activeDays90: number;
  recencyDays: number;
  tenureDays: number;
  retention: number;
  orders90: number;
  payment30: number;
  payment90: number;
  paymentTotal: number;
  feedbackMean: number | undefined;
}

interface Counted {
  day: number;
  action: Action;
  yuan: number;
  rating: number | undefined;
}

/** Days since 1970 in Asia/Shanghai. */
export const toDay = (timestamp: string | number): number =>
  Math.floor((new Date(timestamp).getTime() + 8 * 3_600_000) / DAY_MS);

/** Every member's counted acts; anonymous ones belong to whom an identify links them with. */
export function actsByMember(calls: readonly SegmentCall[]): Map<string, Counted[]> {
  const links = new Map<string, string>();
  for (const { anonymousId, userId } of calls) if (anonymousId && userId) links.set(anonymousId, userId);
  const acts = new Map<string, Counted[]>();
  for (const call of calls) {
    const action =
      call.type === 'page' || call.type === 'screen' ? 'view' : call.event && taxonomy.get(call.event);
    const userId = call.userId ?? links.get(call.anonymousId ?? '');
    if (!action || userId === undefined) continue;
    const total = Number(call.properties?.['total'] ?? 0);
    const yuan = action === 'order' ? total : action === 'refund' ? -total : 0;
    const rating = call.properties?.['rating'] as number | undefined;
    const own = acts.get(userId) ?? [];
    acts.set(userId, own);
    own.push({ day: toDay(call.timestamp), action, yuan, rating });
  }
  return acts;
}

/** Everything before `asOf` (days since 1970) counts. Undefined for who had done nothing by then. */
export function computeFeatures(acts: readonly Counted[], asOf: number): Features | undefined {
  const before = acts.filter(({ day }) => day < asOf);
  if (before.length === 0) return undefined;
  const last = (days: number) => before.filter(({ day }) => day >= asOf - days);
  const sum = (of: readonly Counted[]) => of.reduce((total, { yuan }) => total + yuan, 0);
  const counts30 = Object.fromEntries([...new Set(taxonomy.values())].map((a) => [a, 0])) as Record<
    Action,
    number
  >;
  for (const { action } of last(30)) counts30[action] += 1;
  const first = Math.min(...before.map(({ day }) => day));
  const weeks = Math.max(1, Math.min(12, Math.floor((asOf - first) / 7)));
  const activeWeeks = new Set(last(weeks * 7).map(({ day }) => Math.floor((asOf - 1 - day) / 7)));
  const ratings = before.flatMap(({ rating }) => (rating === undefined ? [] : [rating]));
  return {
    counts30,
    activeDays30: new Set(last(30).map(({ day }) => day)).size,
    activeDays90: new Set(last(90).map(({ day }) => day)).size,
    recencyDays: asOf - Math.max(...before.map(({ day }) => day)),
    tenureDays: asOf - first,
    retention: activeWeeks.size / weeks,
    orders90: last(90).filter(({ action }) => action === 'order').length,
    payment30: sum(last(30)),
    payment90: sum(last(90)),
    paymentTotal: sum(before),
    feedbackMean: ratings.length === 0 ? undefined : ratings.reduce((a, b) => a + b, 0) / ratings.length,
  };
}

/** Net payment in the 30 days from `asOf` on, in yuan. */
export const computePaymentAfter = (acts: readonly Counted[], asOf: number): number =>
  acts.filter(({ day }) => day >= asOf && day < asOf + 30).reduce((total, { yuan }) => total + yuan, 0);
