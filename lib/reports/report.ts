import * as z from 'zod/mini';
import { STAGES } from '#lib/models/model-files.ts';
import { date, localizedText } from '#lib/models/schema.ts';
import { described, each } from '#lib/platform/artefact.ts';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';
import { LISTS, listedMember } from './lists.ts';
import { countsByAction, feedbackText, series, seriesByAction } from './parts.ts';

const ratioFields = lazySchema(() => ({
  numerator: z.number(),
  denominator: z.number(),
  value: z.nullable(z.number()),
}));

/** A ratio never stands without what it is made of. */
export const ratioSchema = lazySchema(() =>
  described(z.object(ratioFields()), '`value` is `numerator` / `denominator`, null where that is 0', {
    numerator: 600,
    denominator: 800,
    value: 0.75,
  }),
);
export type Ratio = InferLazy<typeof ratioSchema>;

/** A ratio with what it is made of. */
export const ratio = (numerator: number, denominator: number): Ratio => ({
  numerator,
  denominator,
  value: denominator === 0 ? null : numerator / denominator,
});

export const dailySeries = lazySchema(() =>
  described(
    countsByAction(
      z.object({
        from: described(
          date(),
          'The date of the first figure of every series; the last is of the day before the report’s',
        ),
        actions: seriesByAction(),
        dau: series(),
        wau: series(),
        mau: series(),
        /** members seen for the first time */
        joined: series(),
        /** members seen up to and with the day */
        members: series(),
        /** net payment, minor units */
        revenueMinor: series(),
        /** members who paid more than they got back */
        payers: series(),
        foreignOrders: series(),
        ratings: series(),
        ratingSum: series(),
        promoters: series(),
        passives: series(),
        detractors: series(),
      }),
      ({ dau }) => dau,
    ),
    'One figure per day without holes. `dau`, `wau` and `mau` are members active on the day, and in the 7 and 30 days that end with it',
  ),
);
export type DailySeries = InferLazy<typeof dailySeries>;

/** One that the report's date falls into is not complete. */
const weekMetrics = lazySchema(() =>
  z.object({
    week: described(date(), 'Its Monday'),
    complete: z.boolean(),
    active: z.int(),
    /** first active in this week */
    new: z.int(),
    /** active in this week and the one before */
    returning: z.int(),
    /** active again after at least one week without */
    resurrecting: z.int(),
    /** active in the week before and not in this one */
    dormant: z.int(),
  }),
);
export type WeekMetrics = InferLazy<typeof weekMetrics>;

/** Those who joined in one week, and how many of them were active in each week since, their own first. */
const cohort = lazySchema(() =>
  z.object({
    week: date(),
    size: z.int(),
    active: described(series(), 'Active in the week of joining, and in each since'),
    /** how many of `active` are of weeks that are over; the rest (at most one) is incomplete */
    completeWeeks: z.int(),
  }),
);
export type Cohort = InferLazy<typeof cohort>;

/** 留存率 by calendar month: members active this month who were active last month / members active last month. */
const monthMetrics = lazySchema(() =>
  z.object({
    month: z.string().check(z.meta({ example: '2026-11' })),
    complete: z.boolean(),
    active: z.int(),
    retention: ratioSchema(),
    revenueMinor: z.int(),
  }),
);
export type MonthMetrics = InferLazy<typeof monthMetrics>;

/** Members who joined in the 90 days before the report's date, and how many of them got this far, in whatever order. */
const funnel = lazySchema(() =>
  z.object({
    from: date(),
    steps: z.array(
      z.object({
        step: z.enum(['joined', 'trial', 'firstOrder', 'secondOrder']),
        members: z.int(),
        ofJoined: ratioSchema(),
        ofPrevious: ratioSchema(),
      }),
    ),
  }),
);
export type Funnel = InferLazy<typeof funnel>;

const keyword = lazySchema(() => z.object({ word: z.string(), score: z.number(), texts: z.int() }));
export type Keyword = InferLazy<typeof keyword>;

const feedback = lazySchema(() =>
  z.object({
    /** of the last 30 days */
    nps: z.object({
      promoters: z.int(),
      passives: z.int(),
      detractors: z.int(),
      value: z.nullable(z.number()),
    }),
    rating: z.object({ sum: z.number(), count: z.int(), mean: z.nullable(z.number()) }),
    /** words that distinguish low ratings (1–2, detractors), middling and high ones (4–5, promoters), by TF-IDF; last 90 days */
    keywords: z.object({ low: z.array(keyword()), middle: z.array(keyword()), high: z.array(keyword()) }),
    /** newest first, at most 50 */
    latest: z.array(feedbackText()),
  }),
);
export type Feedback = InferLazy<typeof feedback>;

/** What comparing members with the log found. What differed was counted again at once. */
export const auditResult = lazySchema(() =>
  z.object({
    /** members to be compared, and how many of them were */
    chosen: z.int(),
    checked: z.int(),
    /** members with a difference that no event of the last minutes explains, and their items */
    differing: described(z.int(), 'Members whose counts differed from the log; they were put right'),
    items: z.int(),
    /** items of the log that do not read */
    unreadable: z.int(),
    examples: described(z.array(z.string()), 'Ids of some of them'),
  }),
);
export type AuditResult = InferLazy<typeof auditResult>;

/** A past day's figure that late or corrected events have changed since the report before. */
const restatement = lazySchema(() =>
  z.object({ date: date(), figure: z.string(), before: z.number(), after: z.number() }),
);
export type Restatement = InferLazy<typeof restatement>;

const quality = lazySchema(() =>
  z.object({
    lastDay: described(z.nullable(date()), 'The last day on which anything was counted'),
    foreignOrders: described(z.int(), 'In another currency: stored, not counted'),
    imports: z.object({ imported: z.int(), refused: z.int(), duplicates: z.int() }),
    deadLetters: described(z.int(), 'Messages in the failures queue'),
    late: z.exactOptional(
      described(
        z.int(),
        'Events that came after their day was closed: kept in the log, and they change no count',
      ),
    ),
    audit: z.exactOptional(
      described(
        z.nullable(auditResult()),
        'What comparing members with the log found in this night: a thousand by chance, the most active ones, and those of whom a record was given up. Null when it did not come to its end',
      ),
    ),
    /** newest day first, at most 500 of `changes` */
    restated: described(
      z.object({ against: z.nullable(date()), changes: z.int(), items: z.array(restatement()) }),
      'What late or corrected events changed of the past since the report `against`',
    ),
    rebuilding: z.exactOptional(
      described(
        z.literal(true),
        'In the night of this report not all members were counted by the rules of then: its figures are of two sorts. The next night after the rebuild sets them right',
      ),
    ),
  }),
);

/**
 * `reports/<date>.json`. Immutable but for being made again. What a release adds has a default or is optional, so that the
 * reports of the releases before still read; what cannot be read so is another format.
 */
export const reportSchema = lazySchema(() =>
  described(
    z.object({
      format: z.literal(1),
      asOf: date(),
      runId: z.string(),
      generatedAt: z.string().check(z.meta({ format: 'date-time' })),
      timeZone: z.string(),
      currency: z.string(),
      members: described(z.int(), 'Seen doing at least one action so far'),
      activity: described(
        ratioSchema(),
        '活跃度: posts, replies, likes and activities joined in the 30 days / members',
      ),
      stickiness: described(ratioSchema(), 'DAU / MAU of the last day'),
      retention: described(
        z.object({ ...ratioFields(), month: z.nullable(z.string()) }),
        '留存率 of the last complete calendar month',
      ),
      /** net payment of the last 30 days */
      revenue30Minor: described(z.int(), 'Minor units (fen)'),
      daily: dailySeries(),
      weeks: z.array(weekMetrics()),
      cohorts: z.array(cohort()),
      months: z.array(monthMetrics()),
      funnel: funnel(),
      feedback: feedback(),
      stages: z.object(each(STAGES, z._default(z.int(), 0))),
      profiles: z.array(
        z.object({
          id: z.string(),
          name: localizedText(),
          size: z.int(),
          share: ratioSchema(),
          examples: z.array(listedMember()),
        }),
      ),
      lists: z.object(
        each(
          LISTS,
          z._default(z.array(listedMember()), () => []),
        ),
      ),
      quality: quality(),
    }),
    'The community as of the beginning of a day',
  ),
);
export type Report = InferLazy<typeof reportSchema>;
