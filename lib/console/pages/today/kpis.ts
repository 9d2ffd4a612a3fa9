import type { Action } from '#lib/events/taxonomy.ts';
import type { DailySeries, Report } from '#lib/reports/report.ts';

/** A key figure: its value, what it was a week (of retention: a month) before, and its course. */
export interface Kpi {
  id: 'dau' | 'mau' | 'stickiness' | 'activity' | 'retention' | 'revenue30';
  kind: 'count' | 'share' | 'money' | 'decimal';
  value: number | null;
  before: number | null;
  /** day by day, or month by month; the last is `value` */
  series: (number | null)[];
  /** of ratios: what they are computed from */
  ratio: { numerator: number; denominator: number } | undefined;
}

const DAYS = 30;
const WEEK = 7;

/** The six key figures of a community, all from one report. */
export function computeKpis(report: Report): Kpi[] {
  const { daily } = report;
  const { dau, mau, revenueMinor, members } = daily;
  const interactions = interactionsPerDay(daily);
  const activity = members.map((size, i) => share(sumLastDays(interactions, i, DAYS), size));
  const revenue = revenueMinor.map((_, i) => sumLastDays(revenueMinor, i, DAYS));
  const stickiness = dau.map((active, i) => share(active, mau[i] ?? 0));
  const months = report.months.filter(({ complete }) => complete).map(({ retention }) => retention.value);
  return [
    buildKpi('dau', 'count', dau),
    buildKpi('mau', 'count', mau),
    { ...buildKpi('stickiness', 'share', stickiness), ratio: report.stickiness },
    { ...buildKpi('activity', 'decimal', activity), ratio: report.activity },
    {
      id: 'retention',
      kind: 'share',
      value: report.retention.value,
      before: months.at(-2) ?? null,
      series: months,
      ratio: report.retention,
    },
    buildKpi('revenue30', 'money', revenue),
  ];
}

/** Posts, replies, likes and activities joined, day by day: what the activity figure counts. */
const interactionsPerDay = ({ actions: { post, reply, like, attend } }: DailySeries): number[] =>
  post.map((posts, i) => posts + (reply[i] ?? 0) + (like[i] ?? 0) + (attend[i] ?? 0));

function buildKpi(id: Kpi['id'], kind: Kpi['kind'], values: (number | null)[]): Kpi {
  return {
    id,
    kind,
    value: values.at(-1) ?? null,
    before: values.at(-1 - WEEK) ?? null,
    series: values.slice(-DAYS),
    ratio: undefined,
  };
}

function sumLastDays(series: readonly number[], last: number, days: number): number {
  let sum = 0;
  for (let i = Math.max(0, last - days + 1); i <= last; i += 1) sum += series[i] ?? 0;
  return sum;
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** A sum of the last 7 days that is unlike the weeks before. */
export interface WeekChange {
  what: Action | 'joined' | 'revenueMinor' | 'payers';
  now: number;
  before: number;
}

const DAYS_PER_WEEK = 7;
const WEEKS_BACK = 8;
const MIN_COUNT = 20;
const MIN_SHARE = 0.08;
const MIN_DEVIATIONS = 1.5;

const COMPARED_ACTIONS = [
  'post',
  'reply',
  'like',
  'attend',
  'accept',
  'learn',
  'order',
  'signup',
  'invite',
  'feedback',
] as const;

/**
 * The largest meaningful change of the week: among the sums of the last 7 days the one that lies furthest, in standard
 * deviations, from the mean of up to eight weeks before, if it also differs from last week's by 8 % and is no trifle.
 * @returns undefined when nothing stands out, or there are fewer than three weeks to compare
 */
export function findWeekChange({ daily }: Report): WeekChange | undefined {
  const candidates = [
    ...COMPARED_ACTIONS.map((action) => [action, daily.actions[action]] as const),
    ['joined', daily.joined] as const,
    ['payers', daily.payers] as const,
    ['revenueMinor', daily.revenueMinor] as const,
  ];
  let [best, furthest] = [undefined as WeekChange | undefined, MIN_DEVIATIONS];
  for (const [what, series] of candidates) {
    const sums = sumWeeks(series);
    const [now, before] = [sums.at(-1) ?? 0, sums.at(-2) ?? 0];
    const past = sums.slice(0, -1);
    const isMoney = what === 'revenueMinor';
    if (past.length < 3 || Math.max(now, before) < (isMoney ? MIN_COUNT * 1_000 : MIN_COUNT)) continue;
    if (Math.abs(now - before) < MIN_SHARE * Math.max(before, 1)) continue;
    const mean = past.reduce((a, b) => a + b, 0) / past.length;
    const spread = Math.sqrt(past.reduce((sum, x) => sum + (x - mean) ** 2, 0) / past.length);
    // A count that never moved still moves by chance; a sum of money has no such scale of its own.
    const deviations = Math.abs(now - mean) / Math.max(spread, isMoney ? mean * 0.1 : Math.sqrt(mean), 1);
    // A change against both last week and the weeks before, and the same way.
    if (deviations > furthest && Math.sign(now - mean) === Math.sign(now - before)) {
      [best, furthest] = [{ what, now, before }, deviations];
    }
  }
  return best;
}

function sumWeeks(series: readonly number[]): number[] {
  const count = Math.min(WEEKS_BACK + 1, Math.floor(series.length / DAYS_PER_WEEK));
  return Array.from({ length: count }, (_, i) => {
    const end = series.length - (count - 1 - i) * DAYS_PER_WEEK;
    return series.slice(end - DAYS_PER_WEEK, end).reduce((a, b) => a + b, 0);
  });
}
