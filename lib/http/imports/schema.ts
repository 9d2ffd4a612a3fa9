import { z } from '@hono/zod-openapi';
import { MAX_UPLOAD } from '#lib/imports/jobs/upload-plan.ts';
import { lazySchema } from '#lib/platform/lazy-schema.ts';

const MAX_PARTS = 1_000;

export const SourceName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1 to 63 small letters, digits and hyphens')
  .openapi({ description: 'What the file comes from; chooses the mapping', example: 'moodle' });

const importId = z.string().openapi({ example: 'imp_0f1e2d3c4b5a69788796a5b4' });
const count = (description: string) => z.int().openapi({ description });
const time = (description: string) =>
  z.string().openapi({ format: 'date-time', description, example: '2026-03-08T02:00:00.000Z' });
const uploadUrl = z.string().openapi({
  format: 'uri',
  description:
    'PUT the bytes here, without any other header than Content-Length. Works for at most an hour, and no longer than the credentials that signed it: POST /v1/imports/{importId}/upload answers a fresh one',
  example: 'https://imports.s3.cn-north-1.amazonaws.com.cn/imports/moodle/imp_…/events.csv?X-Amz-…',
});

export const NewImport = z.lazy(() =>
  z
    .object({
      source: SourceName,
      filename: z
        .string()
        .trim()
        .min(1)
        .max(500)
        .openapi({ description: 'The name of the file, for people', example: 'events.csv.gz' }),
      size: z
        .int()
        .min(1, 'must be at least 1: an empty file holds nothing to import')
        .max(MAX_UPLOAD, `must be at most ${MAX_UPLOAD} (100 GB): cut the file into several`)
        .openapi({ description: 'Bytes, exactly: an upload of another size is refused', example: 4_718_592 }),
    })
    .openapi('NewImport'),
);

const WholeUpload = lazySchema(() =>
  z.object({ importId, uploadUrl }).openapi('WholeUpload', {
    description: 'Up to 8 MB: one PUT, and the import begins by itself',
  }),
);

const PartsUpload = lazySchema(() =>
  z
    .object({
      importId,
      partSize: z.int().openapi({ description: 'Bytes of every part but the last', example: 8_388_608 }),
      parts: z.array(
        z.object({
          partNumber: z.int().openapi({ example: 1 }),
          from: z.int().openapi({ description: 'First byte of the part', example: 0 }),
          to: z.int().openapi({ description: 'The byte after its last one', example: 8_388_608 }),
          uploadUrl,
        }),
      ),
    })
    .openapi('PartsUpload', {
      description:
        'Above 8 MB: PUT every part, in any order, several at once; keep the ETag header of each answer and send them all to POST /v1/imports/{importId}/complete',
    }),
);

export const UploadTicket = lazySchema(() => z.union([WholeUpload(), PartsUpload()]).openapi('UploadTicket'));

export const UploadedParts = z.lazy(() =>
  z
    .object({
      parts: z
        .array(
          z.object({
            partNumber: z.int().min(1).max(MAX_PARTS),
            etag: z
              .string()
              .regex(/^"?[\w+/=-]{1,128}"?$/, 'must be an ETag')
              .openapi({ description: 'As the upload of the part answered it' }),
          }),
        )
        .min(1)
        .max(MAX_PARTS),
    })
    .openapi('UploadedParts', {
      example: { parts: [{ partNumber: 1, etag: '"9bb58f26192e4ba00f01e2e7b136bbd8"' }] },
    }),
);

const RejectedLine = lazySchema(() =>
  z
    .object({
      line: z.int().openapi({ description: 'In the file, from 1' }),
      column: z.string().optional(),
      code: z.string().openapi({ description: 'Stable; made for programs' }),
      message: z.string(),
    })
    .openapi('RefusedLine', {
      example: { line: 17, column: 'amount', code: 'money_invalid', message: '"free" is no amount' },
    }),
);

const importFields = () => ({
  importId,
  source: z.string().openapi({ example: 'moodle' }),
  filename: z.string().openapi({ example: 'events.csv.gz' }),
  size: count('Bytes of the file'),
  state: z.enum(['queued', 'running', 'done', 'failed']),
  percent: z.int().min(0).max(100).openapi({ description: 'How much of the file has been read' }),
  lines: count('Rows that are decided: always accepted + dropped + refused'),
  accepted: count('Rows that became events'),
  dropped: count('Rows that the mapping leaves out'),
  refused: count('Rows that are wrong'),
  events: count('Events stored; a row can give several'),
  late: count(
    'Of them, those of days that are closed, as events of theirs may be gone by age: kept in the log, and they change no count',
  ),
  linesPerSecond: count('Since the import began, pauses left out'),
  firstRefusals: z.array(RejectedLine()),
  mapping: z.string().optional().openapi({
    description: 'The mapping and its version; `ready` for one that comes with zhiqun',
    example: 'moodle@ready',
  }),
  createdAt: time('When it was announced or found'),
  updatedAt: time('When it was last heard of'),
  error: z.string().optional().openapi({ description: 'Why it failed, or why it is being tried again' }),
});

export const Import = lazySchema(() => z.object(importFields()).openapi('Import'));

export const OneImport = lazySchema(() =>
  z
    .object({
      ...importFields(),
      rejectedUrl: z.string().optional().openapi({
        format: 'uri',
        description:
          'All refused lines with their reasons, as NDJSON; works for at most an hour, and no longer than the credentials that signed it: ask again for a fresh one. Absent when there are none',
      }),
    })
    .openapi('OneImport'),
);

export const ImportList = lazySchema(() =>
  z
    .object({
      imports: z.array(Import()),
      cursor: z
        .string()
        .optional()
        .openapi({ description: 'Asks for the next page; absent on the last one' }),
    })
    .openapi('ImportList'),
);

const CURSOR = /^(\d{1,15})\.(imp_[0-9A-Za-z]{1,64})$/;

export const ImportListQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).openapi({
    description: 'How many imports at most',
    example: 50,
  }),
  cursor: z
    .string()
    .regex(CURSOR, 'must be the `cursor` of the page before')
    .optional()
    .openapi({ description: 'The `cursor` of the page before', example: '1772935200000.imp_0f1e2d3c' }),
});

/** The position in the list that a cursor stands for, and back. */
export function parseListCursor(cursor: string): { createdAt: number; importId: string } {
  const [, createdAt, importId = ''] = CURSOR.exec(cursor) ?? [];
  return { createdAt: Number(createdAt), importId };
}
export const formatListCursor = (position: { createdAt: number; importId: string }): string =>
  `${position.createdAt}.${position.importId}`;

export const ImportPath = z.object({
  importId: z
    .string()
    .regex(/^imp_[0-9A-Za-z]{1,64}$/, 'must be the id of an import: imp_…')
    .openapi({ param: { name: 'importId', in: 'path' }, example: 'imp_0f1e2d3c4b5a69788796a5b4' }),
});
