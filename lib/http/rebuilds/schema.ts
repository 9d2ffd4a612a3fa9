import { z } from '@hono/zod-openapi';
import { isCalendarDate } from '#lib/events/calendar.ts';
import { calendarDate } from '#lib/http/runs/schema.ts';
import { MemberPath } from '#lib/http/shared/member.ts';
import { lazySchema } from '#lib/platform/lazy-schema.ts';
import { MAX_EXAMPLES } from '#lib/rebuilds/rebuild-view.ts';

const time = (description: string) =>
  z.string().openapi({ format: 'date-time', description, example: '2026-11-22T03:00:00.000Z' });

const recountId = z.string().openapi({ example: '2026-11-22-x7k3q9' });

const day = (description: string) => calendarDate(description).refine(isCalendarDate, 'is no date');

// A misspelt `members` would rebuild everybody.
export const NewRebuildJob = z.lazy(() =>
  z
    .strictObject({
      members: z
        .array(MemberPath.shape.userId)
        .min(1)
        .max(1_000)
        .optional()
        .openapi({ description: 'Only these members, by their ids; all without it' }),
      from: day(
        'Only days from this one on, in the business’s time zone. Profiles and links are left alone when days are given',
      ).optional(),
      to: day('Only days up to this one').optional(),
    })
    .refine(({ from = '', to = '9999' }) => from <= to, { path: ['to'], message: 'must not be before from' })
    .openapi('NewRecount', { example: { from: '2026-11-01', to: '2026-11-22' } }),
);

const found = (description: string) => z.int().openapi({ description });

export const RebuildJob = lazySchema(() =>
  z
    .object({
      recountId,
      state: z.enum(['running', 'done', 'failed']),
      scope: z.object({
        members: z.int().optional().openapi({ description: 'How many members were named; absent: all' }),
        from: z.string().optional().openapi({ format: 'date' }),
        to: z.string().optional().openapi({ format: 'date' }),
      }),
      rules: z.string().optional().openapi({
        description:
          'Version of the counting rules (taxonomy, time zone, currency) that all members are counted by; absent of a job over some members or days',
        example: 'MKg1Gt_mw1l7',
      }),
      startedBy: z.string().openapi({
        description:
          'The id of the key that asked for it, `owner-secret`, or `schedule` after a change of the counting rules',
        example: 'owner-secret',
      }),
      startedAt: time('When it was asked for'),
      endedAt: time('When it was done or had failed').optional(),
      parts: z.object({ done: z.int(), of: z.int() }).openapi({ description: 'How far it is' }),
      membersChecked: found('Members compared with the log so far'),
      membersDiffering: found('Members with an item that differed'),
      membersFailed: found('Members that could not be counted; the log of `recount` says why'),
      itemsRepaired: found('Items that differed, and were put right'),
      itemsRecent: found(
        'Those of them of which an event came in the last 15 minutes: counting may just not have come to it yet',
      ),
      unreadableEvents: found('Items of the log that are no events that can be read'),
      examples: z
        .array(z.object({ userId: z.string(), sk: z.string() }))
        .openapi({ description: `Items that were repaired and not recent, at most ${MAX_EXAMPLES}` }),
      error: z.string().optional().openapi({ description: 'Why it stopped' }),
    })
    .openapi('Recount', {
      description: 'A job that rebuilds members from the log',
      example: {
        recountId: '2026-11-22-x7k3q9',
        state: 'running',
        scope: {},
        startedBy: 'owner-secret',
        startedAt: '2026-11-22T03:00:00.000Z',
        parts: { done: 7, of: 20 },
        membersChecked: 3_512,
        membersDiffering: 1,
        membersFailed: 0,
        itemsRepaired: 2,
        itemsRecent: 1,
        unreadableEvents: 0,
        examples: [{ userId: 'u_10086', sk: 'day#2026-11-20' }],
      },
    }),
);

export const RebuildJobList = lazySchema(() =>
  z
    .object({ recounts: z.array(RebuildJob()).openapi({ description: 'Newest first, at most 50' }) })
    .openapi('RecountList'),
);

export const RebuildJobPath = z.object({
  recountId: z
    .string()
    .regex(/^[\w-]{1,80}$/, 'must be the id of a rebuild')
    .openapi({ param: { name: 'recountId', in: 'path' }, example: '2026-11-22-x7k3q9' }),
});
