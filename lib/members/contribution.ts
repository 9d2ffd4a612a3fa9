import { createHash } from 'node:crypto';
import { type Calendar, createCalendar } from '#lib/events/calendar.ts';
import { parseId } from '#lib/events/ids.ts';
import { fractionDigits, requireCurrencyCode, toMinorUnits } from '#lib/events/money.ts';
import type { StoredEvent } from '#lib/events/stored-event.ts';
import { type Action, buildTaxonomy, type Taxonomy } from '#lib/events/taxonomy.ts';
import type { Env } from '#lib/platform/env.ts';
import { isObject } from '#lib/platform/json.ts';
import { tieKey } from './item-keys.ts';

/**
 * Raise it when `computeContribution` gives other amounts for the same event: all members are counted again then.
 * 2: `nightActions`, `daytimeActions`
 */
export const COUNTING_VERSION = 2;

/** How a deployment counts: its event names, its days, its money. */
export interface CountingRules {
  /** `rulesVersion` of them */
  version: string;
  taxonomy: Taxonomy;
  calendar: Calendar;
  /** ISO 4217 code of the one currency that is counted */
  currency: string;
  minorDigits: number;
}

/** @throws RangeError when the currency is no ISO 4217 code */
export function createCountingRules(taxonomy: Taxonomy, calendar: Calendar, currency: string): CountingRules {
  requireCurrencyCode(currency);
  let minorDigits: number | undefined;
  return {
    version: rulesVersion({ taxonomy, calendar, currency }),
    taxonomy,
    calendar,
    currency,
    // Found out at the first payment: asking takes 20 ms, and most functions that know the rules count none.
    get minorDigits() {
      minorDigits ??= fractionDigits(currency);
      return minorDigits;
    },
  };
}

/** A short name for rules: the same for the same rules, in whatever order the taxonomy was written. */
export const rulesVersion = ({
  taxonomy,
  calendar,
  currency,
}: Pick<CountingRules, 'taxonomy' | 'calendar' | 'currency'>): string =>
  shortHash([COUNTING_VERSION, calendar.timeZone, currency, hashTaxonomy(taxonomy)]);

/** A short name for a taxonomy. */
export const hashTaxonomy = (taxonomy: Taxonomy): string =>
  shortHash([...taxonomy].sort(([a], [b]) => (a < b ? -1 : 1)));

const HASH_LENGTH = 12;
const shortHash = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, HASH_LENGTH);

/** Whole numbers by attribute name. */
export type Amounts = Record<string, number>;

/** What one event adds to the items of its member. */
export interface Contribution {
  /** YYYY-MM-DD, in the business's time zone */
  date: string;
  amounts: Amounts;
  /** the item of the tie to another member, if it is about one: `tie#YYYY-MM#<target>` */
  tie?: { sk: string; action: Action };
}

const NIGHT_ENDS_MS = 5 * 3_600_000;
const TIE_ACTIONS: ReadonlySet<Action> = new Set(['reply', 'like', 'accept']);
const READS_PROPERTIES: ReadonlySet<Action> = new Set([...TIE_ACTIONS, 'order', 'refund', 'feedback']);

/** The action that an event counts as; undefined when it is only stored. */
export function findAction(stored: StoredEvent, taxonomy: Taxonomy): Action | undefined {
  if (stored.type === 'page' || stored.type === 'screen') return 'view';
  return stored.type === 'track' ? taxonomy.get(stored.event ?? '') : undefined;
}

/**
 * What an event adds to its member's items; undefined when it is only stored. The counts of a member are the sum of this
 * over the log, and nothing else.
 * @throws SyntaxError when its properties are no JSON
 */
export function computeContribution(stored: StoredEvent, rules: CountingRules): Contribution | undefined {
  const action = findAction(stored, rules.taxonomy);
  if (action === undefined) return undefined;
  const at = Date.parse(stored.at);
  const date = rules.calendar.dateAt(at);
  const timeOfDay = computeTimeOfDay(rules.calendar.timeOfDayAt(at));
  if (!READS_PROPERTIES.has(action)) return { date, amounts: { [action]: 1, ...timeOfDay } };
  const properties = parseProperties(stored);
  const amounts = computeAmounts(action, stored, properties, rules);
  if (amounts[action] !== undefined) Object.assign(amounts, timeOfDay);
  const target = TIE_ACTIONS.has(action) ? parseId(properties['targetUserId'], 'targetUserId').id : undefined;
  if (target === undefined || target === stored.userId) return { date, amounts };
  return { date, amounts, tie: { sk: tieKey(date.slice(0, 7), target), action } };
}

/** An event's properties; none when it has none. */
export function parseProperties({ properties }: StoredEvent): Record<string, unknown> {
  if (properties === undefined) return {};
  const parsed: unknown = JSON.parse(properties);
  return isObject(parsed) ? parsed : {};
}

/**
 * Whether an action was done at night, from 0:00 to 5:00, or not: one of the two is 1, so that who reads a day sees of how
 * many of its actions it is known. At midnight to the millisecond neither is: rows of files that only have a date lie there.
 */
function computeTimeOfDay(ms: number): Amounts {
  if (ms === 0) return {};
  return ms < NIGHT_ENDS_MS ? { nightActions: 1 } : { daytimeActions: 1 };
}

function computeAmounts(
  action: Action,
  stored: StoredEvent,
  properties: Record<string, unknown>,
  rules: CountingRules,
): Amounts {
  if (action === 'order' || action === 'refund') return computePayment(action, properties, rules);
  return action === 'feedback' ? { feedback: 1, ...computeFeedback(stored, properties) } : { [action]: 1 };
}

function computePayment(
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

function computeFeedback(stored: StoredEvent, properties: Record<string, unknown>): Amounts {
  const { nps, rating } = parseFeedbackScores(stored, properties);
  if (nps !== null) return { [nps >= 9 ? 'promoters' : nps >= 7 ? 'passives' : 'detractors']: 1 };
  return rating === null ? {} : { ratings: 1, ratingSum: rating };
}

/** What a feedback event scores: 0 to 10 for a recommendation (`NPS Submitted`), else a rating of 1 to 5. */
export function parseFeedbackScores(
  stored: StoredEvent,
  properties: Record<string, unknown>,
): { nps: number | null; rating: number | null } {
  const nps = stored.event === 'NPS Submitted' ? parseIntegerBetween(properties['score'], 0, 10) : null;
  return { nps, rating: nps === null ? parseIntegerBetween(properties['rating'], 1, 5) : null };
}

function parseIntegerBetween(value: unknown, least: number, most: number): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) return null;
  return number >= least && number <= most ? number : null;
}

/** Adds amounts to running sums. */
export function addAmounts(sums: Amounts, amounts: Amounts): void {
  for (const name in amounts) sums[name] = (sums[name] ?? 0) + amounts[name]!;
}

/**
 * How this deployment counts, from `ZHIQUN_TIME_ZONE`, `ZHIQUN_CURRENCY` and `ZHIQUN_TAXONOMY`.
 * @throws Error naming the variable that is wrong
 */
export function countingRulesFromEnv(env: Env): CountingRules {
  const timeZone = env['ZHIQUN_TIME_ZONE'] || 'Asia/Shanghai';
  const currency = (env['ZHIQUN_CURRENCY'] || 'CNY').toUpperCase();
  const taxonomy = parseVariable('ZHIQUN_TAXONOMY', () =>
    buildTaxonomy(JSON.parse(env['ZHIQUN_TAXONOMY'] || '{}') as Record<string, string[]>),
  );
  const calendar = parseVariable('ZHIQUN_TIME_ZONE', () => createCalendar(timeZone));
  return parseVariable('ZHIQUN_CURRENCY', () => createCountingRules(taxonomy, calendar, currency));
}

function parseVariable<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Error(`${name}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
