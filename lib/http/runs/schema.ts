import { z } from '@hono/zod-openapi';
import { STEPS } from '#lib/pipeline/run/run-record.ts';
import { lazySchema } from '#lib/platform/lazy-schema.ts';

const time = (description: string) =>
  z.string().openapi({ format: 'date-time', description, example: '2026-11-22T19:00:00.000Z' });

export const calendarDate = (description: string) =>
  z
    .string()
    .regex(/^\d{4}-\d\d-\d\d$/, 'must be a date: YYYY-MM-DD')
    .openapi({ format: 'date', description, example: '2026-11-22' });

const runId = z.string().openapi({ example: '2026-11-22-x7k3q9' });

export const NewRun = z.lazy(() =>
  z
    .object({
      asOf: calendarDate(
        'What came before this day counts; today by default, in the business’s time zone. A day of the past is reproduced as it was.',
      ).optional(),
    })
    .openapi('NewRun', { example: { asOf: '2026-11-22' } }),
);

export const Run = lazySchema(() =>
  z
    .object({
      runId,
      state: z.enum(['running', 'done', 'failed']),
      asOf: z.string().openapi({ format: 'date', example: '2026-11-22' }),
      startedBy: z.string().openapi({
        description: 'The id of the key that asked for it, `owner-secret`, or `schedule`',
        example: 'schedule',
      }),
      startedAt: time('When it was asked for'),
      endedAt: time('When it was done or had failed').optional(),
      steps: z.array(
        z
          .object({
            name: z.enum(STEPS),
            state: z.enum(['waiting', 'running', 'done', 'failed']),
            done: z.int().optional().openapi({ description: 'Parts done so far; of `snapshot` and `score`' }),
            of: z.int().optional().openapi({ description: 'Parts there are' }),
            startedAt: time('When it began').optional(),
            endedAt: time('When it was done').optional(),
          })
          .openapi('RunStep'),
      ),
      error: z
        .object({ step: z.enum(STEPS), message: z.string() })
        .optional()
        .openapi({ description: 'Which step failed, and why' }),
      live: z.boolean().optional().openapi({
        description:
          'Whether its models went live. Those of a run of an older date do not: it fills in its report, features and scores',
      }),
    })
    .openapi('Run', {
      description: 'A nightly run',
      example: {
        runId: '2026-11-22-x7k3q9',
        state: 'running',
        asOf: '2026-11-22',
        startedBy: 'schedule',
        startedAt: '2026-11-21T19:00:00.000Z',
        steps: [
          {
            name: 'plan',
            state: 'done',
            startedAt: '2026-11-21T19:00:01.000Z',
            endedAt: '2026-11-21T19:00:02.000Z',
          },
          { name: 'snapshot', state: 'running', done: 3, of: 8, startedAt: '2026-11-21T19:00:03.000Z' },
        ],
      },
    }),
);

export const RunList = lazySchema(() =>
  z.object({ runs: z.array(Run()).openapi({ description: 'Newest first, at most 50' }) }).openapi('RunList'),
);

export const RunPath = z.object({
  runId: z
    .string()
    .regex(/^[\w-]{1,80}$/, 'must be the id of a run')
    .openapi({ param: { name: 'runId', in: 'path' }, example: '2026-11-22-x7k3q9' }),
});
