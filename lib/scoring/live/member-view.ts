import { addDays, type Calendar } from '#lib/events/calendar.ts';
import { ACTIONS } from '#lib/events/taxonomy.ts';
import type { Amounts } from '#lib/members/contribution.ts';
import type { Profile } from '#lib/members/profile.ts';
import type { ScoreView } from './score-view.ts';
import type { Counts, DayView, MemberView } from './view.ts';

const PERIOD_DAYS = 30;
const SHOWN_DAYS = 90;

/** What is stored of one member: the amounts of every day with any, in order of date, and the profile. */
export interface MemberRecord {
  userId: string;
  days: ReadonlyArray<{ date: string; amounts: Amounts }>;
  profile: Profile;
  /** not all linked ids are in the profile */
  moreIds: boolean;
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
  const dateOf = (time: string | undefined): string | undefined => time && calendar.dateAt(Date.parse(time));
  const startOf = (date: string): string => new Date(calendar.startOf(date)).toISOString();
  const [firstTime, lastTime] = [times[0], times.at(-1)];
  const [firstDay, lastDay] = [days[0]?.date, days.at(-1)?.date];
  const first =
    firstDay !== undefined && firstDay < (dateOf(firstTime) ?? '~') ? startOf(firstDay) : firstTime;
  const last = lastDay !== undefined && lastDay > (dateOf(lastTime) ?? '') ? startOf(lastDay) : lastTime;
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
