import { addDays, type Calendar } from '#lib/events/calendar.ts';
import { ACTIONS, type Action } from '#lib/events/taxonomy.ts';
import type { MemberRecord } from '#lib/members/member-items.ts';
import type { TimelinePage } from '#lib/members/timeline.ts';
import type { ScoreView, ScoreViewOptions } from './score-view.ts';

const PERIOD_DAYS = 30;
const SHOWN_DAYS = 90;

/** One calendar day of a member in the business's time zone: action counts, and net payment in minor units. */
export type DayView = { date: string; netPaymentMinor: number } & Partial<Record<Action, number>>;

/** Counts of every action, zeros included. */
export type Counts = Record<Action, number>;

/** What is known of one member, as `GET /v1/members/{userId}` answers it. */
export interface MemberView {
  userId: string;
  traits: Record<string, unknown>;
  /** the member's own id first, then the anonymous ids linked to it */
  ids: string[];
  /** there are more than these */
  moreIds?: true;
  /** ISO times of the oldest and newest known event; null when only an identify without time is known */
  firstSeen: string | null;
  lastSeen: string | null;
  counts: { today: Counts; last30Days: Counts; total: Counts };
  netPaymentMinor: { today: number; last30Days: number; total: number };
  currency: string;
  /** the last 90 days on which something was counted, oldest first */
  days: DayView[];
  /** 活跃度, as the score has it, and of how many members it is a share; null until the size is known */
  activity: { value: number; count: number; members: number; asOf: string } | null;
  score: ScoreView;
}

/** What a rebuild found: how many events it folded, and how many items it put right. */
export interface RebuildResult {
  userId: string;
  events: number;
  itemsChecked: number;
  itemsRepaired: number;
}

/** Reads one member. Every method answers undefined for an unknown member. */
export interface MemberReader {
  /** @throws ApiError 409 `member_damaged` when an item does not read and a rebuild did not help */
  member(userId: string, options?: ScoreViewOptions): Promise<MemberView | undefined>;
  /** @throws ApiError 400 when the cursor is not one of ours */
  timeline(
    userId: string,
    page: { limit: number; cursor?: string | undefined },
  ): Promise<TimelinePage | undefined>;
  /** @throws RebuildTooLong for a member with too many events to be counted while somebody waits */
  rebuild(userId: string): Promise<RebuildResult | undefined>;
}

/** The number of members in the community and the date it was counted. */
interface CommunitySize {
  members: number;
  asOf: string;
}

/**
 * One member as the API shows it.
 * @param today the date in the business's time zone; the last 30 days are today and the 29 before
 * @param seen when the member was first and last seen, ISO times
 * @param score of today
 */
export function buildMemberView(
  record: MemberRecord,
  today: string,
  currency: string,
  community: CommunitySize | undefined,
  seen: { first: string | null; last: string | null },
  score: ScoreView,
): MemberView {
  const since = addDays(today, 1 - PERIOD_DAYS);
  const { value, count } = score.activity;
  const recent = record.days.filter(({ date }) => date >= since && date <= today);
  const periods = {
    today: record.days.filter(({ date }) => date === today),
    last30Days: recent,
    total: record.days,
  };
  const shownSince = addDays(today, 1 - SHOWN_DAYS);
  return {
    userId: record.userId,
    traits: Object.fromEntries(
      Object.entries(record.profile.traits).map(([name, { value }]) => [name, value]),
    ),
    ids: [record.userId, ...record.profile.anonymousIds],
    ...(record.moreIds && { moreIds: true }),
    firstSeen: seen.first,
    lastSeen: seen.last,
    counts: mapValues(periods, countActions),
    netPaymentMinor: mapValues(periods, (days) => sumAmounts(days, 'paidMinor')),
    currency,
    days: record.days.filter(({ date }) => date >= shownSince && date <= today).map(toDayView),
    activity:
      value === null || community === undefined
        ? null
        : { value, count, members: community.members, asOf: community.asOf },
    score,
  };
}

/**
 * When a member was first and last seen: by the events given, or, where the log has forgotten them, by the
 * beginning of the day that was counted from them.
 */
export function findSeenRange(
  { days }: MemberRecord,
  events: ReadonlyArray<{ at: string }>,
  calendar: Calendar,
): { first: string | null; last: string | null } {
  const times = events.map(({ at }) => at).sort();
  const toDate = (time: string | undefined): string | undefined => time && calendar.dateAt(Date.parse(time));
  const toStart = (date: string): string => new Date(calendar.startOf(date)).toISOString();
  const [firstTime, lastTime] = [times[0], times.at(-1)];
  const [firstDay, lastDay] = [days[0]?.date, days.at(-1)?.date];
  const first =
    firstDay !== undefined && firstDay < (toDate(firstTime) ?? '~') ? toStart(firstDay) : firstTime;
  const last = lastDay !== undefined && lastDay > (toDate(lastTime) ?? '') ? toStart(lastDay) : lastTime;
  return { first: first ?? null, last: last ?? null };
}

type Days = MemberRecord['days'];

const countActions = (days: Days): Counts =>
  Object.fromEntries(ACTIONS.map((action) => [action, sumAmounts(days, action)])) as Counts;

const sumAmounts = (days: Days, name: string): number =>
  days.reduce((sum, { amounts }) => sum + (amounts[name] ?? 0), 0);

function toDayView({ date, amounts }: Days[number]): DayView {
  const view: DayView = { date, netPaymentMinor: amounts['paidMinor'] ?? 0 };
  for (const action of ACTIONS) {
    const count = amounts[action];
    if (count !== undefined) view[action] = count;
  }
  return view;
}

function mapValues<K extends string, A, B>(values: Record<K, A>, change: (value: A) => B): Record<K, B> {
  return Object.fromEntries(Object.entries<A>(values).map(([key, value]) => [key, change(value)])) as Record<
    K,
    B
  >;
}
