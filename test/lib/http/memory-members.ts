import { ACTIONS } from '#lib/events/taxonomy.ts';
import { scoreExample } from '#lib/http/scores/schema.ts';
import type { TimelineEvent } from '#lib/members/timeline.ts';
import { ApiError } from '#lib/platform/errors.ts';
import type { MemberScores } from '#lib/scoring/live/member-scores.ts';
import type { Counts, MemberReader, MemberView } from '#lib/scoring/live/member-view.ts';
import type { ScoreView } from '#lib/scoring/live/score-view.ts';

const none = () => Object.fromEntries(ACTIONS.map((action) => [action, 0])) as Counts;

export function memberView(overrides: Partial<MemberView> = {}): MemberView {
  return {
    userId: 'u_1',
    traits: { name: '林晓雨', tags: ['写作'] },
    ids: ['u_1'],
    firstSeen: '2026-03-01T00:00:00.000Z',
    lastSeen: '2026-03-08T00:00:00.000Z',
    counts: { today: none(), last30Days: { ...none(), post: 2 }, total: { ...none(), post: 3 } },
    netPaymentMinor: { today: 0, last30Days: 0, total: 19_900 },
    currency: 'CNY',
    days: [{ date: '2026-03-07', netPaymentMinor: 0, post: 2 }],
    activity: null,
    score: scoreExample as ScoreView,
    ...overrides,
  };
}

function timelineEvent(index: number): TimelineEvent {
  return {
    messageId: `m${index}`,
    type: 'track',
    timestamp: '2026-03-08T00:00:00.000Z',
    receivedAt: '2026-03-08T00:00:01.000Z',
    event: 'Post Created',
    action: 'post',
    properties: { title: '早起打卡' },
  };
}

/** Members kept in memory, each with 120 events; a cursor is the index of the next event. */
export function memoryMembers(...known: MemberView[]): MemberReader {
  const members = new Map(known.map((member) => [member.userId, member]));
  return {
    member: async (userId) => members.get(userId),
    async timeline(userId, { limit, cursor = '0' }) {
      if (!members.has(userId)) return undefined;
      if (!/^\d+$/.test(cursor)) throw new ApiError(400, 'cursor_invalid', 'This cursor is not one of ours.');
      const from = Number(cursor);
      const events = Array.from({ length: Math.max(0, Math.min(limit, 120 - from)) }, (_, i) =>
        timelineEvent(from + i),
      );
      return { events, ...(from + limit < 120 && { cursor: String(from + limit) }) };
    },
    async rebuild(userId) {
      return members.has(userId) ? { userId, events: 120, itemsChecked: 2, itemsRepaired: 0 } : undefined;
    },
  };
}

/** Scores of the same members, all with the same models. */
export function memoryScores(...known: MemberView[]): MemberScores {
  const members = new Map(known.map((member) => [member.userId, member]));
  return {
    score: async (userId) => members.get(userId)?.score,
    scores: async (userIds) =>
      userIds.map(
        (userId) =>
          members.get(userId)?.score ?? { userId, error: { code: 'member_not_found', message: 'Unknown.' } },
      ),
    traits: async (userId) => members.get(userId)?.traits,
  };
}
