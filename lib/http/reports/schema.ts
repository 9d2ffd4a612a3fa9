import { z } from '@hono/zod-openapi';
import { ACTIONS } from '#lib/events/taxonomy.ts';
import { calendarDate } from '#lib/http/runs/schema.ts';
import { CountingNotice } from '#lib/http/shared/counting.ts';
import { STAGES } from '#lib/models/model-files.ts';
import { lazySchema } from '#lib/platform/lazy-schema.ts';
import { LISTS } from '#lib/reports/report.ts';

const each = <K extends string, S extends z.ZodType>(names: readonly K[], schema: S) =>
  z.object(Object.fromEntries(names.map((name) => [name, schema])) as Record<K, S>);

const date = () => z.string().openapi({ format: 'date', example: '2026-11-22' });
const minor = () => z.int().openapi({ description: 'Minor units (fen)' });
const ratioFields = () => ({ numerator: z.number(), denominator: z.number(), value: z.number().nullable() });
const ratio = lazySchema(() =>
  z.object(ratioFields()).openapi('Ratio', {
    description: '`value` is `numerator` / `denominator`, null where that is 0',
    example: { numerator: 600, denominator: 800, value: 0.75 },
  }),
);
const localizedText = lazySchema(() => z.object({ zh: z.string(), en: z.string() }));
const series = () => z.array(z.int());

const daily = lazySchema(() =>
  z
    .object({
      from: date().openapi({
        description:
          'The date of the first figure of every series; the last is of the day before the report’s',
      }),
      actions: each(ACTIONS, series()),
      ...each(
        [
          'dau',
          'wau',
          'mau',
          'joined',
          'members',
          'revenueMinor',
          'payers',
          'foreignOrders',
          'ratings',
          'ratingSum',
          'promoters',
          'passives',
          'detractors',
        ],
        series(),
      ).shape,
    })
    .openapi('DailySeries', {
      description:
        'One figure per day without holes. `dau`, `wau` and `mau` are members active on the day, and in the 7 and 30 days that end with it',
    }),
);

const listed = lazySchema(() =>
  z
    .object({
      userId: z.string(),
      name: z.string().nullable(),
      stage: z.enum(STAGES),
      profileId: z.string().nullable(),
      why: z.record(z.string(), z.number()).openapi({ description: 'The figures that the list is by' }),
    })
    .openapi('ListedMember'),
);

const keyword = lazySchema(() => z.object({ word: z.string(), score: z.number(), texts: z.int() }));

export const Report = lazySchema(() =>
  z
    .object({
      format: z.literal(1),
      asOf: date(),
      runId: z.string(),
      generatedAt: z.string().openapi({ format: 'date-time' }),
      timeZone: z.string(),
      currency: z.string(),
      members: z.int().openapi({ description: 'Seen doing at least one action so far' }),
      activity: ratio().openapi({
        description: '活跃度: posts, replies, likes and activities joined in the 30 days / members',
      }),
      stickiness: ratio().openapi({ description: 'DAU / MAU of the last day' }),
      retention: z
        .object({ ...ratioFields(), month: z.string().nullable() })
        .openapi({ description: '留存率 of the last complete calendar month' }),
      revenue30Minor: minor(),
      daily: daily(),
      weeks: z.array(
        z.object({
          week: date().openapi({ description: 'Its Monday' }),
          complete: z.boolean(),
          active: z.int(),
          new: z.int(),
          returning: z.int(),
          resurrecting: z.int(),
          dormant: z.int(),
        }),
      ),
      cohorts: z.array(
        z.object({
          week: date(),
          size: z.int(),
          active: series().openapi({ description: 'Active in the week of joining, and in each since' }),
          completeWeeks: z.int(),
        }),
      ),
      months: z.array(
        z.object({
          month: z.string().openapi({ example: '2026-11' }),
          complete: z.boolean(),
          active: z.int(),
          retention: ratio(),
          revenueMinor: minor(),
        }),
      ),
      funnel: z.object({
        from: date(),
        steps: z.array(
          z.object({
            step: z.enum(['joined', 'trial', 'firstOrder', 'secondOrder']),
            members: z.int(),
            ofJoined: ratio(),
            ofPrevious: ratio(),
          }),
        ),
      }),
      feedback: z.object({
        nps: z.object({
          promoters: z.int(),
          passives: z.int(),
          detractors: z.int(),
          value: z.number().nullable(),
        }),
        rating: z.object({ sum: z.number(), count: z.int(), mean: z.number().nullable() }),
        keywords: each(['low', 'middle', 'high'], z.array(keyword())),
        latest: z.array(
          z.object({
            userId: z.string(),
            at: z.string(),
            rating: z.number().nullable(),
            nps: z.number().nullable(),
            text: z.string(),
          }),
        ),
      }),
      stages: each(STAGES, z.int()),
      profiles: z.array(
        z.object({
          id: z.string(),
          name: localizedText(),
          size: z.int(),
          share: ratio(),
          examples: z.array(listed()),
        }),
      ),
      lists: each(LISTS, z.array(listed())),
      quality: z.object({
        lastDay: date().nullable().openapi({ description: 'The last day on which anything was counted' }),
        foreignOrders: z.int().openapi({ description: 'In another currency: stored, not counted' }),
        imports: z.object({ imported: z.int(), refused: z.int(), duplicates: z.int() }),
        deadLetters: z.int().openapi({ description: 'Messages in the failures queue' }),
        late: z.int().optional().openapi({
          description:
            'Events that came after their day was closed: kept in the log, and they change no count',
        }),
        audit: z
          .object({
            chosen: z.int(),
            checked: z.int(),
            differing: z
              .int()
              .openapi({ description: 'Members whose counts differed from the log; they were put right' }),
            items: z.int(),
            unreadable: z.int(),
            examples: z.array(z.string()).openapi({ description: 'Ids of some of them' }),
          })
          .nullable()
          .optional()
          .openapi({
            description:
              'What comparing members with the log found in this night: a thousand by chance, the most active ones, and those with a record that counting gave up. Null when it did not come to its end',
          }),
        restated: z
          .object({
            against: date().nullable(),
            changes: z.int(),
            items: z.array(
              z.object({ date: date(), figure: z.string(), before: z.number(), after: z.number() }),
            ),
          })
          .openapi({
            description: 'What late or corrected events changed of the past since the report `against`',
          }),
        rebuilding: z.literal(true).optional().openapi({
          description:
            'In the night of this report not all members were counted by the rules of then: its figures are of two sorts. The next night after the rebuild sets them right',
        }),
      }),
      counting: CountingNotice().optional(),
    })
    .openapi('Report', { description: 'The community as of the beginning of a day' }),
);

export const ReportPath = z.object({
  date: z.union([z.literal('latest'), calendarDate('')]).openapi({
    param: { name: 'date', in: 'path' },
    description: 'The report’s date, or `latest`',
    example: 'latest',
  }),
});
