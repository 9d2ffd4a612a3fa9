import { z } from '@hono/zod-openapi';
import { ACTIONS, type Action } from '#lib/events/taxonomy.ts';
import { Score, scoreExample } from '#lib/http/scores/schema.ts';
import { CountingNotice } from '#lib/http/shared/counting.ts';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';

const time = (description: string) => z.string().openapi({ format: 'date-time', description });
const perAction = <S extends z.ZodType>(schema: S) =>
  Object.fromEntries(ACTIONS.map((action) => [action, schema])) as Record<Action, S>;

export const Counts = lazySchema(() =>
  z
    .object(perAction(z.int()))
    .openapi('Counts', { description: 'How often the member did what; zero where never' }),
);
export type Counts = InferLazy<typeof Counts>;

const minor = () =>
  z.int().openapi({ description: 'Paid less refunded, in minor units (fen): 19900 is 199.00' });

const Day = lazySchema(() =>
  z
    .object({
      date: z.string().openapi({ format: 'date', example: '2026-03-08' }),
      netPaymentMinor: minor(),
      ...perAction(z.int().optional()),
    })
    .openapi('Day', {
      description: "A calendar day in the business's time zone. Actions that did not happen are left out.",
    }),
);

const Activity = lazySchema(() =>
  z
    .object({
      value: z.number().openapi({ description: '`count` divided by `members`' }),
      count: z
        .int()
        .openapi({ description: 'Posts, replies, likes and activities joined in the last 30 days' }),
      members: z.int().openapi({ description: 'Members of the community' }),
      asOf: z
        .string()
        .openapi({ format: 'date', description: 'The night in which the members were counted' }),
    })
    .openapi('Activity'),
);

export const Member = lazySchema(() =>
  z
    .object({
      userId: z.string(),
      traits: z
        .record(z.string(), z.unknown())
        .openapi({ description: 'What `identify` calls said, newest value each' }),
      ids: z.array(z.string()).openapi({
        description: 'The member’s own id, then the anonymous ids linked to it, the first hundred of them',
      }),
      moreIds: z.literal(true).optional().openapi({ description: 'There are more linked ids than these' }),
      firstSeen: time('When the oldest known event happened').nullable(),
      lastSeen: time('When the newest known event happened').nullable(),
      counts: z.object({ today: Counts(), last30Days: Counts(), total: Counts() }),
      netPaymentMinor: z.object({ today: minor(), last30Days: minor(), total: minor() }),
      currency: z
        .string()
        .openapi({ description: 'ISO 4217; all money is in this currency', example: 'CNY' }),
      days: z
        .array(Day())
        .openapi({ description: 'The last 90 days on which something was counted, oldest first' }),
      activity: Activity().nullable().openapi({
        description: 'null until the community was counted for the first time, in a nightly run',
      }),
      score: Score().openapi({ description: 'As `GET /v1/members/{userId}/score` answers it' }),
      counting: CountingNotice().optional(),
    })
    .openapi('Member', {
      example: {
        userId: 'u_10086',
        traits: { name: '林晓雨', city: '杭州', plan: '年度会员' },
        ids: ['u_10086', 'anon:7f9c1c1e-4a1d-4b52-8f0d-0c6f6a5f8d11'],
        firstSeen: '2025-11-20T02:11:09.000Z',
        lastSeen: '2026-03-08T13:45:31.120Z',
        counts: {
          today: counts({ post: 1, like: 4, view: 9 }),
          last30Days: counts({ post: 6, reply: 11, like: 38, attend: 2, view: 120, learn: 14, order: 1 }),
          total: counts({
            post: 21,
            reply: 40,
            like: 160,
            attend: 7,
            view: 533,
            learn: 52,
            order: 2,
            signup: 1,
          }),
        },
        netPaymentMinor: { today: 0, last30Days: 19900, total: 59800 },
        currency: 'CNY',
        days: [
          { date: '2026-03-07', netPaymentMinor: 19900, view: 12, learn: 2, order: 1 },
          { date: '2026-03-08', netPaymentMinor: 0, post: 1, like: 4, view: 9 },
        ],
        activity: { value: 0.07125, count: 57, members: 800, asOf: '2026-03-08' },
        score: scoreExample,
      },
    }),
);
export type Member = InferLazy<typeof Member>;

const fields = () => z.record(z.string(), z.unknown()).optional();

const TimelineEvent = lazySchema(() =>
  z
    .object({
      messageId: z.string(),
      type: z.enum(['track', 'identify', 'page', 'screen', 'group', 'alias']),
      timestamp: time('When it happened, corrected for a wrong clock'),
      originalTimestamp: z.string().optional().openapi({ description: 'As the client sent it' }),
      receivedAt: time('When it arrived'),
      event: z.string().optional().openapi({ description: 'Name of a track event' }),
      name: z.string().optional().openapi({ description: 'Name of a page or screen' }),
      category: z.string().optional(),
      groupId: z.string().optional(),
      previousId: z.string().optional(),
      anonymousId: z.string().optional(),
      action: z
        .enum(ACTIONS)
        .optional()
        .openapi({ description: 'What it counts as; absent when it counts as nothing' }),
      properties: fields(),
      traits: fields(),
      context: fields(),
    })
    .openapi('TimelineEvent'),
);

export const Timeline = lazySchema(() =>
  z
    .object({
      events: z.array(TimelineEvent()),
      cursor: z
        .string()
        .optional()
        .openapi({ description: 'Asks for the next page; absent on the last one' }),
    })
    .openapi('Timeline', {
      example: {
        events: [
          {
            messageId: 'node-next-1741441531120-9d1f',
            type: 'track',
            timestamp: '2026-03-08T13:45:31.120Z',
            originalTimestamp: '2026-03-08T13:45:30.900Z',
            receivedAt: '2026-03-08T13:45:31.702Z',
            event: 'Reply Created',
            action: 'reply',
            properties: { targetUserId: 'u_20417', text: '谢谢分享，今天就试试这个方法！' },
          },
        ],
        cursor: 'eyJzayI6IjIwMjYtMDMtMDgifQ',
      },
    }),
);
export type Timeline = InferLazy<typeof Timeline>;

export const TimelineQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).openapi({
    description: 'How many events at most',
    example: 50,
  }),
  cursor: z.string().min(1).max(2_048).optional().openapi({ description: 'The `cursor` of the page before' }),
});
export type TimelineQuery = z.infer<typeof TimelineQuery>;

export const Rebuild = lazySchema(() =>
  z
    .object({
      userId: z.string(),
      events: z.int().openapi({ description: 'Events read from the log' }),
      itemsChecked: z.int().openapi({ description: 'Items compared with what the log says' }),
      itemsRepaired: z.int().openapi({ description: 'Items that differed and were put right' }),
    })
    .openapi('Rebuild', { example: { userId: 'u_10086', events: 818, itemsChecked: 97, itemsRepaired: 0 } }),
);
export type Rebuild = InferLazy<typeof Rebuild>;

function counts(some: Partial<Counts>): Counts {
  return { ...(Object.fromEntries(ACTIONS.map((action) => [action, 0])) as Counts), ...some };
}
