import { z } from '@hono/zod-openapi';
import { RULE_CHANGES } from '#lib/members/counted-rules.ts';
import { lazySchema } from '#lib/platform/lazy-schema.ts';
import type { CountingNotice as Notice } from '#lib/rebuilds/rules-change.ts';

/** Tells whether figures rest on all members counted by the rules of now; undefined when they do. Never throws. */
export type ReadCountingNotice = () => Promise<Notice | undefined>;

const rules = () =>
  z.object({
    timeZone: z.string().openapi({ example: 'Asia/Shanghai' }),
    currency: z.string().openapi({ example: 'CNY' }),
  });

/** Stands beside figures while they are of two sorts. */
export const CountingNotice = lazySchema(() =>
  z
    .object({
      rebuilding: z.literal(true),
      changed: z.array(z.enum(RULE_CHANGES)).openapi({
        description:
          'What is new: the event names (`taxonomy`), the time zone, the currency, or how this release counts (`release`). Empty when rules were changed, and changed back before all members were counted',
      }),
      from: rules()
        .optional()
        .openapi({ description: 'By which all members were counted before, as far as it is known' }),
      to: rules().openapi({ description: 'By which they are being counted' }),
      rebuildId: z.string().optional().openapi({
        description: 'The rebuild that counts them (`GET /v1/rebuilds/{recountId}`); absent before it begins',
      }),
      membersChecked: z.int().optional().openapi({ description: 'Members that it has counted so far' }),
      error: z.string().optional().openapi({ description: 'Why it stopped; it goes on by itself' }),
    })
    .openapi('CountingNotice', {
      description:
        'The counting rules have changed, and not all members are counted by the new ones yet: figures are of both sorts. Absent as soon as they are',
      example: {
        rebuilding: true,
        changed: ['timeZone'],
        from: { timeZone: 'Asia/Shanghai', currency: 'CNY' },
        to: { timeZone: 'Europe/Berlin', currency: 'CNY' },
        rebuildId: '2026-11-22-x7k3q9',
        membersChecked: 3_512,
      },
    }),
);

/** Figures with what is to be said beside them, if anything. */
export async function withCountingNotice<T extends object>(
  figures: T,
  read: ReadCountingNotice,
): Promise<T & { counting?: Notice }> {
  const counting = await read();
  return counting === undefined ? figures : { ...figures, counting };
}
