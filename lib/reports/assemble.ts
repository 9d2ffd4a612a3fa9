import { addDays } from '#lib/events/calendar.ts';
import type { LocalizedText } from '#lib/features/catalogue.ts';
import { findKeywords } from './keywords.ts';
import { LISTS, type ListedMember } from './lists.ts';
import { type AuditResult, type Feedback, type Funnel, type Report, ratio } from './report.ts';
import { findRestatements } from './restatements.ts';
import type { RankedMember, ScoredSums } from './scored-sums.ts';
import { type CommunitySums, FUNNEL_DAYS } from './sums.ts';
import { dailySeries, lastRetention, monthlyMetrics, weeklyCohorts, weeklyMetrics } from './time-series.ts';

const REVENUE_DAYS = 30;

/** What a report is made of. */
interface ReportInput {
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
  /** while the run went on, not all members were counted by the rules of now */
  rebuilding?: boolean;
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
      ...(from.rebuilding && { rebuilding: true }),
    },
  };
}

const withoutRank = ({ rank: _, ...member }: RankedMember): ListedMember => member;

const total = (series: readonly number[]): number => series.reduce((sum, count) => sum + count, 0);

/**
 * How far those who joined in the last 90 days have come. A step's members did it whether or not they did the one before;
 * `ofPrevious` is those who did both / those who did the one before.
 */
function computeFunnel({ asOf, funnel }: CommunitySums): Funnel {
  const { joined, trial, firstOrder, secondOrder, trialAndFirstOrder } = funnel;
  const step = (name: Funnel['steps'][number]['step'], members: number, both: number, previous: number) => ({
    step: name,
    members,
    ofJoined: ratio(members, joined),
    ofPrevious: ratio(both, previous),
  });
  return {
    from: addDays(asOf, -FUNNEL_DAYS),
    steps: [
      step('joined', joined, joined, joined),
      step('trial', trial, trial, joined),
      step('firstOrder', firstOrder, trialAndFirstOrder, trial),
      step('secondOrder', secondOrder, secondOrder, firstOrder),
    ],
  };
}

const SCORE_DAYS = 30;
const SHOWN_TEXTS = 50;

/**
 * What members say. NPS of the last 30 days: 100 × (promoters − detractors) / all who scored, −100 to 100, null when nobody
 * did; mean rating of the same days, 1 to 5. Keywords are of the newest 1,000 texts of the last 90 days.
 */
function computeFeedback({ days, texts }: CommunitySums): Feedback {
  const recent = (series: readonly number[]): number =>
    series.slice(-SCORE_DAYS).reduce((sum, count) => sum + count, 0);
  const nps = {
    promoters: recent(days.promoters),
    passives: recent(days.passives),
    detractors: recent(days.detractors),
  };
  const scores = nps.promoters + nps.passives + nps.detractors;
  const [sum, count] = [recent(days.ratingSum), recent(days.ratings)];
  return {
    nps: { ...nps, value: scores === 0 ? null : (100 * (nps.promoters - nps.detractors)) / scores },
    rating: { sum, count, mean: count === 0 ? null : sum / count },
    keywords: findKeywords(texts),
    latest: texts.slice(0, SHOWN_TEXTS),
  };
}
