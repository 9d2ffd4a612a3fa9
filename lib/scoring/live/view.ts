import type { Action } from '#lib/events/taxonomy.ts';
import type { ScoreView, ScoreViewOptions } from './score-view.ts';

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

/** One event of the timeline, with what the client sent. */
export interface TimelineEvent {
  messageId: string;
  type: 'track' | 'identify' | 'page' | 'screen' | 'group' | 'alias';
  /** when it happened, corrected for clock skew */
  timestamp: string;
  /** as the client sent it; absent when it sent none */
  originalTimestamp?: string;
  receivedAt: string;
  event?: string;
  name?: string;
  category?: string;
  groupId?: string;
  previousId?: string;
  anonymousId?: string;
  action?: Action;
  properties?: Record<string, unknown>;
  traits?: Record<string, unknown>;
  context?: Record<string, unknown>;
}

interface TimelinePage {
  events: TimelineEvent[];
  /** opaque; absent on the last page */
  cursor?: string;
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
  member(userId: string, wish?: ScoreViewOptions): Promise<MemberView | undefined>;
  /** @throws ApiError 400 when the cursor is not one of ours */
  timeline(
    userId: string,
    page: { limit: number; cursor?: string | undefined },
  ): Promise<TimelinePage | undefined>;
  /** @throws RebuildTooLong for a member with too many events to be counted while somebody waits */
  rebuild(userId: string): Promise<RebuildResult | undefined>;
}
