import { isObject } from '#lib/tracking/call.ts';
import { readId } from '#lib/tracking/ids.ts';
import type { StoredEvent } from '#lib/tracking/stored-event.ts';
import type { Action, Taxonomy } from '#lib/tracking/taxonomy.ts';
import type { Calendar } from './calendar.ts';
import { fractionDigits, toMinorUnits } from './money.ts';

/** How a deployment counts: its event names, its days, its money. */
export interface CountingRules {
  taxonomy: Taxonomy;
  calendar: Calendar;
  /** ISO 4217 code of the one currency that is counted */
  currency: string;
  minorDigits: number;
}

/** @throws RangeError when the currency is no ISO 4217 code */
export function countingRules(taxonomy: Taxonomy, calendar: Calendar, currency: string): CountingRules {
  return { taxonomy, calendar, currency, minorDigits: fractionDigits(currency) };
}

/** Whole numbers by attribute name. */
export type Amounts = Record<string, number>;

/** What one event adds to one derived item (`day#…` or `tie#…`) of its member. */
export interface Contribution {
  sk: string;
  add: Amounts;
}

const NOTHING: readonly Contribution[] = [];
const TIE_ACTIONS: ReadonlySet<Action> = new Set(['reply', 'like', 'accept']);

/** The action that an event counts as; undefined when it is only stored. */
export function actionOf(stored: StoredEvent, taxonomy: Taxonomy): Action | undefined {
  if (stored.type === 'page' || stored.type === 'screen') return 'view';
  return stored.type === 'track' ? taxonomy.get(stored.event ?? '') : undefined;
}

/**
 * What an event adds to its member's items. The counts of a member are the sum of this over the log, and
 * nothing else.
 */
export function contributionsOf(stored: StoredEvent, rules: CountingRules): readonly Contribution[] {
  const action = actionOf(stored, rules.taxonomy);
  if (action === undefined) return NOTHING;
  const date = rules.calendar.dateAt(Date.parse(stored.at));
  const properties = parsedProperties(stored);
  const day = { sk: `day#${date}`, add: amountsOf(action, stored, properties, rules) };
  const target = TIE_ACTIONS.has(action) ? readId(properties['targetUserId'], 'targetUserId').id : undefined;
  if (target === undefined || target === stored.userId) return [day];
  return [day, { sk: `tie#${date.slice(0, 7)}#${target}`, add: { [action]: 1 } }];
}

/** An event's properties; none when it has none. */
export function parsedProperties({ properties }: StoredEvent): Record<string, unknown> {
  if (properties === undefined) return {};
  const parsed: unknown = JSON.parse(properties);
  return isObject(parsed) ? parsed : {};
}

function amountsOf(
  action: Action,
  stored: StoredEvent,
  properties: Record<string, unknown>,
  rules: CountingRules,
): Amounts {
  if (action === 'order' || action === 'refund') return paymentOf(action, properties, rules);
  return action === 'feedback' ? { feedback: 1, ...feedbackOf(stored, properties) } : { [action]: 1 };
}

function paymentOf(
  action: 'order' | 'refund',
  properties: Record<string, unknown>,
  { currency, minorDigits }: CountingRules,
): Amounts {
  const paidIn = properties['currency'] ?? currency;
  if (typeof paidIn !== 'string' || paidIn.trim().toUpperCase() !== currency) return { foreignOrders: 1 };
  const minor = toMinorUnits(properties['total'] ?? properties['revenue'], minorDigits) ?? 0;
  if (minor === 0) return { [action]: 1 };
  return { [action]: 1, paidMinor: action === 'order' ? minor : -Math.abs(minor) };
}

function feedbackOf(stored: StoredEvent, properties: Record<string, unknown>): Amounts {
  const { nps, rating } = scoresOf(stored, properties);
  if (nps !== null) return { [nps >= 9 ? 'promoters' : nps >= 7 ? 'passives' : 'detractors']: 1 };
  return rating === null ? {} : { ratings: 1, ratingSum: rating };
}

/** What a feedback event scores: 0 to 10 for a recommendation (`NPS Submitted`), else a rating of 1 to 5. */
export function scoresOf(
  stored: StoredEvent,
  properties: Record<string, unknown>,
): { nps: number | null; rating: number | null } {
  const nps = stored.event === 'NPS Submitted' ? wholeBetween(properties['score'], 0, 10) : null;
  return { nps, rating: nps === null ? wholeBetween(properties['rating'], 1, 5) : null };
}

function wholeBetween(value: unknown, least: number, most: number): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) return null;
  return number >= least && number <= most ? number : null;
}

/** What one change of an event changes: its new contributions minus its old ones, without zeros. */
export function difference(
  before: readonly Contribution[],
  after: readonly Contribution[],
): readonly Contribution[] {
  if (before.length === 0) return after;
  const sums = new Map<string, Amounts>();
  for (const contribution of after) addTo(sums, contribution, 1);
  for (const contribution of before) addTo(sums, contribution, -1);
  return [...sums].flatMap(([sk, amounts]) => {
    const add = Object.fromEntries(Object.entries(amounts).filter(([, amount]) => amount !== 0));
    return Object.keys(add).length === 0 ? [] : [{ sk, add }];
  });
}

/** Adds a contribution, `times` over, to running sums by item. */
export function addTo(sums: Map<string, Amounts>, { sk, add }: Contribution, times: number): void {
  const amounts = sums.get(sk) ?? {};
  sums.set(sk, amounts);
  for (const [name, amount] of Object.entries(add)) amounts[name] = (amounts[name] ?? 0) + times * amount;
}
