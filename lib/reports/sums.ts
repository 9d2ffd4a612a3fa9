import * as z from 'zod/mini';
import { ACTIONS } from '#lib/events/taxonomy.ts';
import { each } from '#lib/platform/artefact.ts';
import { isObject } from '#lib/platform/json.ts';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';
import { countsByAction, type FeedbackText, feedbackText, series, seriesByAction } from './parts.ts';

/** How far back a report's daily series go at most; members who joined before still count as members. */
export const HISTORY_DAYS = 800;
const HISTORY_WEEKS = 114;
const HISTORY_MONTHS = 27;
const COHORTS = 26;
/** The funnel is about those who joined in so many days before the report's date. */
export const FUNNEL_DAYS = 90;

const DAY_METRICS = [
  'dau',
  'joined',
  'revenueMinor',
  'payers',
  'foreignOrders',
  'ratings',
  'ratingSum',
  'promoters',
  'passives',
  'detractors',
  'wauChanges',
  'mauChanges',
] as const;
const WEEK_METRICS = ['active', 'new', 'returning', 'resurrecting', 'dormant'] as const;
const MONTH_METRICS = ['active', 'retained', 'revenueMinor'] as const;

/* @__NO_SIDE_EFFECTS__ */
const seriesBy = <K extends string>(names: readonly K[]) => z.object(each(names, series()));

/**
 * What some members add to the community's figures as of a date, in memory that does not grow with them
 * (`sums/part-<i>.json`). Sums of parts make the whole, however the members are split. The last entry of `days` is the
 * day before `asOf`, those of `weeks` and `months` the ones which that day lies in.
 */
export const communitySums = lazySchema(() =>
  countsByAction(
    z.object({
      format: z.literal(1),
      asOf: z.string(),
      /** seen doing at least one action before `asOf`, and before 30 days earlier */
      members: z.int(),
      membersThen: z.int(),
      /** members left out because an item of theirs is corrupt */
      damaged: z.int(),
      /** events that came after their day was closed: kept, and they change no count */
      late: z.int(),
      interactions30: z.int(),
      /** the first and the last date on which anything was counted; null when nothing was */
      firstDate: z.nullable(z.string()),
      lastDate: z.nullable(z.string()),
      /** members who joined before the first of `days` */
      joinedBefore: z.int(),
      actions: seriesByAction(),
      /** `wauChanges` and `mauChanges`: members who begin to be weekly or monthly active on that day minus those who cease to */
      days: seriesBy(DAY_METRICS),
      weeks: seriesBy(WEEK_METRICS),
      months: seriesBy(MONTH_METRICS),
      /** [week of joining][weeks since]: members active; the last row is the week of the day before `asOf` */
      cohorts: z.array(series()),
      /** of those who joined in the last 90 days */
      funnel: z.object(
        each(['joined', 'trial', 'firstOrder', 'secondOrder', 'trialAndFirstOrder'] as const, z.int()),
      ),
      /** newest first */
      texts: z.array(feedbackText()),
    }),
    ({ days }) => isObject(days) && days['dau'],
  ),
);
export type CommunitySums = InferLazy<typeof communitySums>;

/** The sums of nobody. @param asOf YYYY-MM-DD */
export function emptySums(asOf: string): CommunitySums {
  const zeros = <K extends string>(names: readonly K[], length: number) =>
    Object.fromEntries(names.map((name) => [name, new Array<number>(length).fill(0)])) as Record<K, number[]>;
  return {
    format: 1,
    asOf,
    members: 0,
    membersThen: 0,
    damaged: 0,
    late: 0,
    interactions30: 0,
    firstDate: null,
    lastDate: null,
    joinedBefore: 0,
    actions: zeros(ACTIONS, HISTORY_DAYS),
    days: zeros(DAY_METRICS, HISTORY_DAYS),
    weeks: zeros(WEEK_METRICS, HISTORY_WEEKS),
    months: zeros(MONTH_METRICS, HISTORY_MONTHS),
    cohorts: Array.from({ length: COHORTS }, (_, row) => new Array<number>(COHORTS - row).fill(0)),
    funnel: { joined: 0, trial: 0, firstOrder: 0, secondOrder: 0, trialAndFirstOrder: 0 },
    texts: [],
  };
}

/**
 * Adds the sums of other members to `into`.
 * @throws RangeError when they are as of another date
 */
export function addSums(into: CommunitySums, part: CommunitySums): void {
  if (part.asOf !== into.asOf)
    throw new RangeError(`sums as of ${part.asOf} do not add to those of ${into.asOf}`);
  for (const name of [
    'members',
    'membersThen',
    'damaged',
    'late',
    'interactions30',
    'joinedBefore',
  ] as const) {
    into[name] += part[name];
  }
  into.firstDate = [into.firstDate, part.firstDate].filter((date) => date !== null).sort()[0] ?? null;
  into.lastDate =
    [into.lastDate, part.lastDate]
      .filter((date) => date !== null)
      .sort()
      .at(-1) ?? null;
  addSeries(into.actions, part.actions);
  addSeries(into.days, part.days);
  addSeries(into.weeks, part.weeks);
  addSeries(into.months, part.months);
  for (const [i, row] of into.cohorts.entries()) addTo(row, part.cohorts[i]!);
  for (const step of Object.keys(into.funnel) as (keyof CommunitySums['funnel'])[]) {
    into.funnel[step] += part.funnel[step];
  }
  into.texts = newestTexts([...into.texts, ...part.texts]);
}

function addSeries<K extends string>(into: Record<K, number[]>, part: Record<K, number[]>): void {
  for (const name of Object.keys(into) as K[]) addTo(into[name], part[name]);
}

function addTo(into: number[], part: readonly number[]): void {
  for (let i = 0; i < into.length; i += 1) into[i] = into[i]! + part[i]!;
}

/** How many texts of feedback a report looks at, and how many days back. */
export const MAX_TEXTS = 1_000;
export const TEXT_DAYS = 90;

/** The newest texts, newest first, at most `MAX_TEXTS`. The newest of the newest of parts are the newest of all. */
export function newestTexts(texts: readonly FeedbackText[]): FeedbackText[] {
  return [...texts].sort(byAge).slice(0, MAX_TEXTS);
}

function byAge(a: FeedbackText, b: FeedbackText): number {
  if (a.at !== b.at) return a.at > b.at ? -1 : 1;
  if (a.userId !== b.userId) return a.userId < b.userId ? -1 : 1;
  return a.text === b.text ? 0 : a.text < b.text ? -1 : 1;
}
