import { z } from '@hono/zod-openapi';
import { EVENT_TYPES } from '#lib/events/stored-event.ts';
import { SourceName } from '#lib/http/imports/schema.ts';
import { Mapping as MappingRules } from '#lib/imports/mapping/schema.ts';
import { lazySchema } from '#lib/platform/lazy-schema.ts';

// A copy, as only schemas made after zod was extended can be described.
const DescribedMapping = lazySchema(() =>
  MappingRules()
    .clone()
    .openapi('Mapping', {
      description:
        'Which columns of a source become what. A column is named, or several names are: the first that the file has and whose cell is not empty counts. Rows that `skip` matches are dropped; `also` lists further calls that the same row gives.',
      example: {
        userId: 'User',
        time: { column: 'Time', format: 'yyyy-MM-dd HH:mm', zone: 'Asia/Shanghai' },
        event: { column: 'Action', values: { submitted: 'Homework Handed In' }, otherwise: 'drop' },
        properties: { fee: { column: 'Fee', type: 'money', unit: 'yuan' } },
      },
    }),
);
export const Mapping = z.lazy(DescribedMapping);

const version = z.union([z.int().min(1), z.literal('ready')]).openapi({
  description: 'From 1 on; `ready` for the mapping that comes with zhiqun under this name',
  example: 3,
});
const updatedAt = z
  .string()
  .optional()
  .openapi({ format: 'date-time', description: 'When it was stored', example: '2026-03-08T02:00:00.000Z' });
const createdBy = z
  .string()
  .optional()
  .openapi({ description: 'The id of the key that stored it, or `owner-secret`', example: 'owner-secret' });

const source = { name: SourceName, version, updatedAt, createdBy };

export const SourceList = lazySchema(() =>
  z.object({ sources: z.array(z.object(source).openapi('Source')) }).openapi('SourceList'),
);

export const SourceMapping = lazySchema(() =>
  z.object({ ...source, mapping: DescribedMapping() }).openapi('SourceMapping'),
);

export const StoredMapping = lazySchema(() =>
  z.object({ name: SourceName, version: z.int().openapi({ example: 3 }) }).openapi('StoredMapping'),
);

export const SourcePath = z.object({
  name: SourceName.openapi({ param: { name: 'name', in: 'path' } }),
});

export const MappingQuery = z.object({
  version: z.coerce
    .number()
    .int()
    .min(1)
    .max(999_999)
    .optional()
    .openapi({ description: 'An earlier version; the current one without', example: 2 }),
});

// 256 KB of bytes as base64, or of characters as text.
const MAX_HEAD_CHARS = 360_000;

export const PreviewRequest = z.lazy(() =>
  z
    .object({
      filename: z.string().trim().min(1).max(500).openapi({ example: 'events.csv' }),
      head: z.string().min(1).max(MAX_HEAD_CHARS).openapi({
        description: 'The first 256 KB of the file, or all of it if it is shorter',
        example: 'User,Time,Action,Fee\nu_1,2026-03-08 09:30,submitted,\n',
      }),
      headEncoding: z
        .enum(['text', 'base64'])
        .default('text')
        .openapi({ description: '`base64` for the bytes as they are: packed files, GB18030' }),
      mapping: DescribedMapping().optional().openapi({
        description: 'To try one; else the mapping of the source is used',
      }),
    })
    .openapi('PreviewRequest'),
);

const Outcome = lazySchema(() =>
  z
    .union([
      z.object({
        outcome: z.literal('accepted'),
        type: z.enum(EVENT_TYPES),
        call: z.record(z.string(), z.unknown()).openapi({ description: "A call of Segment's spec" }),
      }),
      z.object({ outcome: z.literal('dropped'), reason: z.string() }),
      z.object({
        outcome: z.literal('refused'),
        column: z.string().optional(),
        code: z.string(),
        message: z.string(),
      }),
    ])
    .openapi('RowOutcome'),
);

export const Preview = lazySchema(() =>
  z
    .object({
      recognised: z
        .object({
          compression: z.enum(['gzip', 'none']),
          encoding: z.string().openapi({ example: 'gb18030' }),
          format: z.enum(['delimited', 'ndjson', 'xml-rows']),
          delimiter: z.string().optional().openapi({ description: 'Of delimited text', example: ',' }),
          headerLine: z.int().openapi({ description: 'The line that names the columns; 0 without one' }),
          columns: z.array(z.string()),
        })
        .openapi('RecognisedFile', { description: 'What the file was taken for' }),
      mapping: z.string().optional().openapi({
        description: 'The mapping used: its version, `ready`, or `given`; absent for NDJSON without one',
        example: 'moodle@3',
      }),
      rows: z.array(
        z
          .object({
            line: z.int(),
            input: z
              .record(z.string(), z.unknown())
              .optional()
              .openapi({ description: 'The row by column; absent when it could not be read' }),
            outcomes: z
              .array(Outcome())
              .openapi({ description: 'One for each call that the row gives, at least one' }),
          })
          .openapi('PreviewRow'),
      ),
    })
    .openapi('Preview'),
);
