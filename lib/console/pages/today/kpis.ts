import type { DailySeries, Report } from '#lib/reports/report.ts';

/** A figure as it stands, what it was a week (of retention: a month) before, and the way there. */
export interface Standing {
  id: 'dau' | 'mau' | 'stickiness' | 'activity' | 'retention' | 'revenue30';
  kind: 'count' | 'share' | 'money' | 'decimal';
  value: number | null;
  before: number | null;
  /** day by day, or month by month; the last is `value` */
  course: (number | null)[];
  /** of ratios: what they are made of */
  made: { numerator: number; denominator: number } | undefined;
}

const DAYS = 30;
const WEEK = 7;

/** The six figures that tell how a community is, all from one report. */
export function standings(report: Report): Standing[] {
  const { daily } = report;
  const { dau, mau, revenueMinor, members } = daily;
  const interactions = interactionsPerDay(daily);
  const activity = members.map((size, i) => share(sumOf(interactions, i, DAYS), size));
  const revenue = revenueMinor.map((_, i) => sumOf(revenueMinor, i, DAYS));
  const stickiness = dau.map((active, i) => share(active, mau[i] ?? 0));
  const months = report.months.filter(({ complete }) => complete).map(({ retention }) => retention.value);
  return [
    standing('dau', 'count', dau),
    standing('mau', 'count', mau),
    { ...standing('stickiness', 'share', stickiness), made: report.stickiness },
    { ...standing('activity', 'decimal', activity), made: report.activity },
    {
      id: 'retention',
      kind: 'share',
      value: report.retention.value,
      before: months.at(-2) ?? null,
      course: months,
      made: report.retention,
    },
    standing('revenue30', 'money', revenue),
  ];
}

/** Posts, replies, likes and activities joined, day by day: what the activity figure counts. */
const interactionsPerDay = ({ actions: { post, reply, like, attend } }: DailySeries): number[] =>
  post.map((posts, i) => posts + (reply[i] ?? 0) + (like[i] ?? 0) + (attend[i] ?? 0));

function standing(id: Standing['id'], kind: Standing['kind'], series: (number | null)[]): Standing {
  return {
    id,
    kind,
    value: series.at(-1) ?? null,
    before: series.at(-1 - WEEK) ?? null,
    course: series.slice(-DAYS),
    made: undefined,
  };
}

function sumOf(series: readonly number[], last: number, days: number): number {
  let sum = 0;
  for (let i = Math.max(0, last - days + 1); i <= last; i += 1) sum += series[i] ?? 0;
  return sum;
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
