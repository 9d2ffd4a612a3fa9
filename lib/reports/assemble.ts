import type { AuditResult } from '#lib/audit/audit.ts';
import type { Words } from '#lib/models/model-files.ts';
import { feedbackOf } from './feedback.ts';
import { funnelOf } from './funnel.ts';
import { lastRetention, monthFigures } from './months.ts';
import { ratio } from './ratio.ts';
import { LISTS, type ListedMember, type Report } from './report.ts';
import { restated } from './restatements.ts';
import type { RankedMember, ScoredSums } from './scored-sums.ts';
import type { CommunitySums } from './sums.ts';
import { dailySeries } from './time-series.ts';
import { weekFigures, weeklyCohorts } from './weeks.ts';

const PERIOD_DAYS = 30;

/** What a report is made of. */
export interface ReportSources {
  runId: string;
  /** ISO time */
  generatedAt: string;
  timeZone: string;
  currency: string;
  /** of all parts */
  sums: CommunitySums;
  scored: ScoredSums;
  /** this run's profiles with the names they go by, in the model's order; none when there is no such model */
  profiles: readonly { id: string; name: Words }[];
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
export function assembleReport({ sums, scored, previous, ...from }: ReportSources): Report {
  const daily = dailySeries(sums);
  const months = monthFigures(sums);
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
    revenue30Minor: total(daily.revenueMinor.slice(-PERIOD_DAYS)),
    daily,
    weeks: weekFigures(sums),
    cohorts: weeklyCohorts(sums),
    months,
    funnel: funnelOf(sums),
    feedback: feedbackOf(sums),
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
      restated: restated(previous, { asOf, timeZone, currency, daily }),
    },
  };
}

const withoutRank = ({ rank: _, ...member }: RankedMember): ListedMember => member;

const total = (series: readonly number[]): number => series.reduce((sum, count) => sum + count, 0);
