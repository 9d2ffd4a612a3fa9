import type { Action } from '#lib/events/taxonomy.ts';
import type { LocalizedText } from '#lib/features/catalogue.ts';
import type { Stage } from '#lib/models/model-files.ts';

/** A ratio never stands without what it is made of; `value` is null when the denominator is 0. */
export interface Ratio {
  numerator: number;
  denominator: number;
  value: number | null;
}

/** One figure per day, from `from` on, without holes; the last is the day before the report's date. */
export interface DailySeries {
  from: string;
  actions: Record<Action, number[]>;
  /** members active on the day, in the 7 and in the 30 days that end with it */
  dau: number[];
  wau: number[];
  mau: number[];
  /** members seen for the first time */
  joined: number[];
  /** members seen up to and with the day */
  members: number[];
  /** net payment, minor units */
  revenueMinor: number[];
  /** members who paid more than they got back */
  payers: number[];
  foreignOrders: number[];
  ratings: number[];
  ratingSum: number[];
  promoters: number[];
  passives: number[];
  detractors: number[];
}

/** Weeks begin on Monday; one that the report's date falls into is not complete. */
export interface WeekMetrics {
  week: string;
  complete: boolean;
  active: number;
  /** first active in this week */
  new: number;
  /** active in this week and the one before */
  returning: number;
  /** active again after at least one week without */
  resurrecting: number;
  /** active in the week before and not in this one */
  dormant: number;
}

/** Those who joined in one week, and how many of them were active in each week since, their own first. */
export interface Cohort {
  week: string;
  size: number;
  active: number[];
  /** how many of `active` are of weeks that are over; the rest (at most one) is incomplete */
  completeWeeks: number;
}

/** 留存率 by calendar month: members active this month who were active last month / members active last month. */
export interface MonthMetrics {
  month: string;
  complete: boolean;
  active: number;
  retention: Ratio;
  revenueMinor: number;
}

/** Members who joined in the 90 days before the report's date, and how many of them got this far, in whatever order. */
export interface Funnel {
  from: string;
  steps: {
    step: 'joined' | 'trial' | 'firstOrder' | 'secondOrder';
    members: number;
    ofJoined: Ratio;
    ofPrevious: Ratio;
  }[];
}

export interface Feedback {
  /** of the last 30 days */
  nps: { promoters: number; passives: number; detractors: number; value: number | null };
  rating: { sum: number; count: number; mean: number | null };
  /** words that distinguish low ratings (1–2, detractors), middling and high ones (4–5, promoters), by TF-IDF; last 90 days */
  keywords: { low: Keyword[]; middle: Keyword[]; high: Keyword[] };
  /** newest first, at most 50 */
  latest: FeedbackText[];
}

export interface Keyword {
  word: string;
  score: number;
  texts: number;
}

export interface FeedbackText {
  userId: string;
  at: string;
  rating: number | null;
  nps: number | null;
  text: string;
}

/** A past day's figure that late or corrected events have changed since the report before. */
export interface Restatement {
  date: string;
  figure: string;
  before: number;
  after: number;
}

/** What comparing members with the log found. What differed was counted again at once. */
export interface AuditResult {
  /** members to be compared, and how many of them were */
  chosen: number;
  checked: number;
  /** members with a difference that no event of the last minutes explains, and their items */
  differing: number;
  items: number;
  /** items of the log that do not read */
  unreadable: number;
  /** ids of some of the members that differed */
  examples: string[];
}

/** One member of a list, with what it takes to say why in words. */
export interface ListedMember {
  userId: string;
  name: string | null;
  stage: Stage;
  profileId: string | null;
  /** the figures that the list is by, e.g. `churnRisk`, `valueMinor`, `recencyDays`, `interactions30`, `before30` */
  why: Record<string, number>;
}

export const LISTS = ['atRiskAndValuable', 'rising', 'newAndStuck', 'topHelpers'] as const;
export type ListName = (typeof LISTS)[number];

/** `reports/<date>.json`: the community as of the beginning of that date. Immutable but for being made again. */
export interface Report {
  format: 1;
  asOf: string;
  runId: string;
  generatedAt: string;
  timeZone: string;
  currency: string;
  /** seen doing at least one action so far */
  members: number;
  /** 活跃度: (posts + replies + likes + attends of the 30 days) / members */
  activity: Ratio;
  /** DAU / MAU of the last day */
  stickiness: Ratio;
  /** the last complete calendar month's */
  retention: Ratio & { month: string | null };
  /** net payment of the last 30 days, minor units */
  revenue30Minor: number;
  daily: DailySeries;
  weeks: WeekMetrics[];
  cohorts: Cohort[];
  months: MonthMetrics[];
  funnel: Funnel;
  feedback: Feedback;
  stages: Record<Stage, number>;
  profiles: { id: string; name: LocalizedText; size: number; share: Ratio; examples: ListedMember[] }[];
  lists: Record<ListName, ListedMember[]>;
  quality: {
    /** the last day on which anything was counted */
    lastDay: string | null;
    foreignOrders: number;
    imports: { imported: number; refused: number; duplicates: number };
    /** messages in the failures queue */
    deadLetters: number;
    /** events that came after their day was closed, when its first events may have been gone by age: kept, and they change no count */
    late?: number;
    /** what comparing some members with the log found; null when it did not come to its end */
    audit?: AuditResult | null;
    /** what changed of the past since `against`, newest day first, at most 500 of `changes` */
    restated: { against: string | null; changes: number; items: Restatement[] };
    /** not all members were counted by the rules of then: figures are of two sorts */
    rebuilding?: true;
  };
}

/** A ratio with what it is made of. */
export const ratio = (numerator: number, denominator: number): Ratio => ({
  numerator,
  denominator,
  value: denominator === 0 ? null : numerator / denominator,
});
