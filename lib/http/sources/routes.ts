import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { Outcome } from '#lib/events/outcome.ts';
import type { ApiEnv, RequireRole } from '#lib/http/shared/auth.ts';
import { rejectInvalid } from '#lib/http/shared/problem.ts';
import { guardedResponses, jsonResponse, problemResponse, securityFor } from '#lib/http/shared/responses.ts';
import { ImportError } from '#lib/imports/import-error.ts';
import type { MappedCall } from '#lib/imports/mapping/compile-call.ts';
import { checkedPreview } from '#lib/imports/mapping/preview.ts';
import { parseMapping } from '#lib/imports/mapping/schema.ts';
import type { Sources } from '#lib/imports/presets/sources-table.ts';
import { ApiError } from '#lib/platform/errors.ts';
import { isObject } from '#lib/platform/json.ts';
import {
  Mapping,
  MappingQuery,
  Preview,
  PreviewRequest,
  SourceList,
  SourceMapping,
  SourcePath,
  StoredMapping,
} from './schema.ts';

const tags = ['sources'];
const notJson = problemResponse('The body is not sent as JSON: `not_json`');

export interface SourceRouteDeps {
  sources: Sources;
  /** of times that name no zone, where the mapping names none either */
  timeZone: string;
  now: () => number;
}

/** Adds the routes that keep and try the mappings of sources. */
export function sourceRoutes(
  app: OpenAPIHono<ApiEnv>,
  { sources, timeZone, now }: SourceRouteDeps,
  requires: RequireRole,
): void {
  const listSources = createRoute({
    method: 'get',
    path: '/v1/sources',
    operationId: 'listSources',
    tags,
    summary: 'All sources',
    description:
      'All sources that have a mapping, by name: stored ones, and those that come with zhiqun. Needs a key with the role `reader`.',
    security: securityFor('reader'),
    middleware: requires('reader'),
    responses: { 200: jsonResponse('The sources', SourceList), ...guardedResponses },
  });
  app.openapi(listSources, async (c) => {
    const all = await sources.list();
    return c.json({ sources: all.map(({ source, ...more }) => ({ name: source, ...more })) }, 200);
  });

  const getMapping = createRoute({
    method: 'get',
    path: '/v1/sources/{name}/mapping',
    operationId: 'getMapping',
    tags,
    summary: 'The mapping of a source',
    description:
      'What files of this source are imported with, or an earlier version of it. Needs a key with the role `reader`.',
    security: securityFor('reader'),
    middleware: requires('reader'),
    request: { params: SourcePath, query: MappingQuery },
    responses: {
      200: jsonResponse('The mapping', SourceMapping),
      ...guardedResponses,
      404: problemResponse('The source has no mapping, or not this version: `mapping_not_found`'),
    },
  });
  app.openapi(getMapping, async (c) => {
    const { name } = c.req.valid('param');
    const found = await sources.mapping(name, c.req.valid('query').version);
    if (found === undefined) {
      throw new ApiError(
        404,
        'mapping_not_found',
        `There is no such mapping of the source ${name}. GET /v1/sources lists those there are.`,
      );
    }
    const { source, ...more } = found;
    return c.json({ name: source, ...more }, 200);
  });

  const putMapping = createRoute({
    method: 'put',
    path: '/v1/sources/{name}/mapping',
    operationId: 'putMapping',
    tags,
    summary: 'Store the mapping of a source',
    description:
      'Files that come from now on are imported with it; earlier versions are kept. The same mapping again makes no new version. Needs a key with the role `operator`.',
    security: securityFor('operator'),
    middleware: requires('operator'),
    request: {
      params: SourcePath,
      body: { required: true, content: { 'application/json': { schema: Mapping } } },
    },
    responses: {
      200: jsonResponse('Stored', StoredMapping),
      ...guardedResponses,
      400: problemResponse(
        'The path is not as described here: `invalid_request`; or the mapping is wrong, and `detail` says where: `mapping_invalid`',
      ),
      415: notJson,
    },
  });
  app.openapi(
    putMapping,
    async (c) => {
      const { name } = c.req.valid('param');
      const stored = await sources.store(name, c.req.valid('json'), c.get('caller').id);
      return c.json({ name, version: Number(stored.version) }, 200);
    },
    (result) => {
      if (!result.success && result.target === 'json') orBadRequest(() => parseMapping(getInput(result)));
      rejectInvalid(result);
    },
  );

  const previewMapping = createRoute({
    method: 'post',
    path: '/v1/sources/{name}/mapping/preview',
    operationId: 'previewMapping',
    tags,
    summary: 'Try a mapping on the beginning of a file',
    description:
      'What the file is taken for, and what would become of its first 20 rows. Nothing is stored. Needs a key with the role `reader`.',
    security: securityFor('reader'),
    middleware: requires('reader'),
    request: {
      params: SourcePath,
      body: { required: true, content: { 'application/json': { schema: PreviewRequest } } },
    },
    responses: {
      200: jsonResponse('What would become of it', Preview),
      ...guardedResponses,
      400: problemResponse(
        'The request is not as described here: `invalid_request`; the mapping is wrong or missing: `mapping_invalid`, `mapping_needed`; the file lacks a column of it: `columns_missing`; or it cannot be read: `file_empty`, `gzip_broken`, `encoding_unknown`, `not_text`, `json_not_lines`',
      ),
      415: notJson,
    },
  });
  app.openapi(
    previewMapping,
    async (c) => {
      const { filename, head, headEncoding, mapping } = c.req.valid('json');
      const own = mapping ? undefined : await sources.mapping(c.req.valid('param').name);
      const bytes = Buffer.from(head, headEncoding === 'base64' ? 'base64' : 'utf8');
      const { recognised, rows } = orBadRequest(() =>
        checkedPreview(bytes, filename, mapping ?? own?.mapping, { timeZone, now: now() }),
      );
      const used = mapping ? 'given' : own && `${own.source}@${own.version}`;
      // Through JSON, as it leaves: what is undefined is absent.
      const { newline: _, ...about } = recognised;
      const shown = rows.map((row) => ({ ...row, outcomes: row.outcomes.map(toOutcomeView) }));
      return c.json({ recognised: about, ...(used && { mapping: used }), rows: shown }, 200);
    },
    (result) => {
      const request = result.success ? undefined : getInput(result);
      if (isObject(request) && request['mapping'] !== undefined) {
        orBadRequest(() => parseMapping(request['mapping']));
      }
      rejectInvalid(result);
    },
  );
}

/** The API calls it refused what is rejected. */
const toOutcomeView = (mapped: Outcome<MappedCall>) =>
  mapped.outcome === 'rejected' ? { ...mapped, outcome: 'refused' as const } : mapped;

/** What a validator was given; it is there though its types do not say so. */
const getInput = (result: object): unknown => (result as { data?: unknown }).data;

/** Does what may find a file or a mapping wrong. @throws ApiError 400 with the code and the words of the ImportRefused */
function orBadRequest<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ImportError) throw new ApiError(400, error.code, error.message, { cause: error });
    throw error;
  }
}
