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
