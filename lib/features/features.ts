import { ACTIONS } from '#lib/events/taxonomy.ts';
import type { Amounts } from '#lib/members/contribution.ts';
import { CATALOGUE, FEATURES, type FeatureName } from './catalogue.ts';

type OwnFeatureName = Exclude<FeatureName, 'activity'>;

/** Every feature but `activity`, which needs the community's size. */
export const OWN_FEATURES = FEATURES.filter((name): name is OwnFeatureName => name !== 'activity');

/**
 * A member's own features, in the units of their kinds; NaN is unknown. Beside them what else is read off a member's
 * days.
 */
export type OwnFeatures = Record<OwnFeatureName, number> & {
  /** posts + replies + likes + attends of the last 30 days: what `activity` is the share of */
  interactions30: number;
  /** complete weeks since joining that `retention` is the share of, at most 12; 0 makes `retention` 1 */
  retentionWeeks: number;
  /** the longest gap between two active days whose end lies in the last 14 days; 0 without one */
  returnGapDays: number;
};

export type Features = OwnFeatures & { activity: number };

export type MemberDays = ReadonlyArray<{ date: string; amounts: Amounts }>;

// From 1 March of the year 0.
const DAYS_TO_1970 = 719_468;
const RETENTION_WEEKS = 12;
const RETURN_DAYS = 14;

/** Whether a day's amounts hold any action. */
export const isActive = (amounts: Amounts): boolean => ACTIONS.some((action) => (amounts[action] ?? 0) > 0);

/**
 * The features of one member: their only definition, for training, the nightly score and the score of this second.
 * The periods are the 30 and 90 days before `asOf`; a week begins on Monday.
 * @param days in order of date, as `MemberRecord` has them
 * @param asOf YYYY-MM-DD
 * @param through the last date that counts: the day before `asOf` at night, `asOf` itself for a score of this second,
 *   which so has what the member did today on top of the same periods
 * @returns undefined for who had done nothing by then
 */
export function ownFeatures(days: MemberDays, asOf: string, through: string): OwnFeatures | undefined {
  const features = { ...NO_FEATURES };
  const end = dayNumber(asOf);
  let [ratings, ratingSum] = [0, 0];
  let [actions, night, daytime] = [0, 0, 0];
  let [first, last] = [0, 0];
  const active: number[] = [];
  for (const { date, amounts } of days) {
    if (date > through) break;
    const day = dayNumber(date);
    const paid = amounts['paidMinor'] ?? 0;
    features.paymentTotal += paid;
    ratings += amounts['ratings'] ?? 0;
    ratingSum += amounts['ratingSum'] ?? 0;
    if (isActive(amounts)) {
      last = day;
      if (active.length === 0) first = last;
      active.push(last);
    }
    if (day < end - 90) continue;
    features.payment90 += paid;
    features.orders90 += amounts['order'] ?? 0;
    if (day < end - 30) continue;
    features.payment30 += paid;
    features.posts30 += amounts['post'] ?? 0;
    features.replies30 += amounts['reply'] ?? 0;
    features.likes30 += amounts['like'] ?? 0;
    features.attends30 += amounts['attend'] ?? 0;
    features.views30 += amounts['view'] ?? 0;
    features.learns30 += amounts['learn'] ?? 0;
    features.accepts30 += amounts['accept'] ?? 0;
    for (const action of ACTIONS) actions += amounts[action] ?? 0;
    night += amounts['nightActions'] ?? 0;
    daytime += amounts['daytimeActions'] ?? 0;
  }
  if (active.length === 0) return undefined;
  for (const day of active) {
    if (day >= end - 90) features.activeDays90 += 1;
    if (day >= end - 30) features.activeDays30 += 1;
  }
  features.recencyDays = end - last;
  features.tenureDays = end - first;
  if (ratings > 0) features.feedbackMean = ratingSum / ratings;
  // Of days that were counted before there was this feature, nobody knows the hours.
  if (actions > 0 && night + daytime === actions) features.nightOwlShare = night / actions;
  features.interactions30 = features.posts30 + features.replies30 + features.likes30 + features.attends30;
  features.returnGapDays = findReturnGap(active, end);
  const { weeks, activeWeeks } = countWeeks(active, first, end);
  features.retentionWeeks = weeks;
  features.retention = weeks === 0 ? 1 : activeWeeks / weeks;
  return features;
}

/**
 * Activity (活跃度): interactions of the period / members of the community. A community of nobody counts as of one.
 * @param members as of the same date
 */
export const withActivity = (own: OwnFeatures, members: number): Features => ({
  ...own,
  activity: own.interactions30 / Math.max(members, 1),
});

/**
 * Days since 1970-01-01 of a date, YYYY-MM-DD. Every day of every member comes by here each night, and `Date.parse`
 * takes many times as long. Source: H. Hinnant, chrono-compatible low-level date algorithms, `days_from_civil`.
 */
export function dayNumber(date: string): number {
  const digit = (at: number): number => date.charCodeAt(at) - 48;
  const month = digit(5) * 10 + digit(6);
  const year = digit(0) * 1000 + digit(1) * 100 + digit(2) * 10 + digit(3) - (month <= 2 ? 1 : 0);
  const leapDays = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
  const daysBefore = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5);
  return 365 * year + leapDays + daysBefore + digit(8) * 10 + digit(9) - 1 - DAYS_TO_1970;
}

/** The Monday on or before a day, both in days since 1970-01-01 (a Thursday). */
export const mondayOf = (day: number): number => day - ((((day + 3) % 7) + 7) % 7);

function countWeeks(active: readonly number[], first: number, end: number) {
  const until = mondayOf(end);
  const joined = mondayOf(first + 6);
  const from = Math.max(joined, until - 7 * RETENTION_WEEKS);
  const weeks = Math.max(0, (until - from) / 7);
  let [activeWeeks, counted] = [0, Number.NaN];
  for (const day of active) {
    if (day < from || day >= until) continue;
    const week = mondayOf(day);
    if (week !== counted) activeWeeks += 1;
    counted = week;
  }
  return { weeks, activeWeeks };
}

function findReturnGap(active: readonly number[], end: number): number {
  let longest = 0;
  for (let i = active.length - 1; i > 0 && active[i]! >= end - RETURN_DAYS; i -= 1) {
    const gap = active[i]! - active[i - 1]!;
    if (gap > longest && gap > 1) longest = gap;
  }
  return longest;
}

/** Nothing done, nothing known. */
const NO_FEATURES: OwnFeatures = {
  ...(Object.fromEntries(
    OWN_FEATURES.map((name) => [name, CATALOGUE[name].unknown === undefined ? 0 : Number.NaN]),
  ) as Record<OwnFeatureName, number>),
  interactions30: 0,
  retentionWeeks: 0,
  returnGapDays: 0,
};
