import type { LocalizedText } from '#lib/models/model-files.ts';
import { computeFeedback } from './feedback.ts';
import { computeFunnel } from './funnel.ts';
import { lastRetention, monthlyMetrics } from './months.ts';
import { ratio } from './ratio.ts';
import { type AuditResult, LISTS, type ListedMember, type Report } from './report.ts';
import { findRestatements } from './restatements.ts';
import type { RankedMember, ScoredSums } from './scored-sums.ts';
import type { CommunitySums } from './sums.ts';
import { dailySeries } from './time-series.ts';
import { weeklyCohorts, weeklyMetrics } from './weeks.ts';

const REVENUE_DAYS = 30;

/** What a report is made of. */
export interface ReportInput {
  runId: string;
  /** ISO time */
  generatedAt: string;
  timeZone: string;
  currency: string;
  /** of all parts */
  sums: CommunitySums;
  scored: ScoredSums;
  /** this run's profiles with the names they go by, in the model's order; none when there is no such model */
  profiles: readonly { id: string; name: LocalizedText }[];
  /** rows of all imports so far */
  imports: Report['quality']['imports'];
  /** messages in the failures queue */
  deadLetters: number;
  /** of this run; null when it did not come to its end */
  audit: AuditResult | null;
  /** the newest report of an earlier date */
  previous: Report | undefined;
}

/** The report of a run: the figures of `models.md`, each ratio with what it is made of. */
export function assembleReport({ sums, scored, previous, ...from }: ReportInput): Report {
  const daily = dailySeries(sums);
  const months = monthlyMetrics(sums);
  const { asOf, members, lastDate } = sums;
  const { timeZone, currency } = from;
  return {
    format: 1,
    asOf,
    runId: from.runId,
    generatedAt: from.generatedAt,
    timeZone,
    currency,
    members,
    activity: ratio(sums.interactions30, members),
    stickiness: ratio(daily.dau.at(-1) ?? 0, daily.mau.at(-1) ?? 0),
    retention: lastRetention(months),
    revenue30Minor: total(daily.revenueMinor.slice(-REVENUE_DAYS)),
    daily,
    weeks: weeklyMetrics(sums),
    cohorts: weeklyCohorts(sums),
    months,
    funnel: computeFunnel(sums),
    feedback: computeFeedback(sums),
    stages: scored.stages,
    profiles: from.profiles.map(({ id, name }) => {
      const { size, examples } = scored.profiles[id] ?? { size: 0, examples: [] };
      return { id, name, size, share: ratio(size, members), examples: examples.map(withoutRank) };
    }),
    lists: Object.fromEntries(
      LISTS.map((list) => [list, scored.lists[list].map(withoutRank)]),
    ) as Report['lists'],
    quality: {
      lastDay: lastDate,
      foreignOrders: total(daily.foreignOrders),
      imports: from.imports,
      deadLetters: from.deadLetters,
      late: sums.late,
      audit: from.audit,
      restated: findRestatements(previous, { asOf, timeZone, currency, daily }),
    },
  };
}

const withoutRank = ({ rank: _, ...member }: RankedMember): ListedMember => member;

const total = (series: readonly number[]): number => series.reduce((sum, count) => sum + count, 0);
