import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** What the checks need of an OpenAPI 3.1 document. */
export interface OpenApi {
  paths?: Record<string, unknown>;
  components?: { schemas?: Record<string, unknown> };
}

type Json = Record<string, unknown>;
type Answer = { content?: Record<string, unknown> };
type Operation = { responses: Record<string, Answer> };

/** Throws when an answer is not as the document says. The response stays readable. */
export type CheckAnswer = (method: string, url: string, response: Response) => Promise<void>;

const DOCUMENT = 'openapi';
// Preflights and HEAD are HTTP's own business, and not in the document.
const UNDOCUMENTED = new Set(['OPTIONS', 'HEAD']);

/**
 * Makes a check of answers against an OpenAPI document: the route is documented, so are the status and the
 * content type, and the body fits its schema. Here objects may have no field that the document leaves out.
 */
export function answerChecker(document: OpenApi): CheckAnswer {
  const ajv = schemaChecker(document);
  const routes = Object.keys(document.paths ?? {})
    .map((path) => ({ path, pattern: buildPattern(path), params: path.split('{').length - 1 }))
    .sort((a, b) => a.params - b.params);

  return async (method, url, response) => {
    if (UNDOCUMENTED.has(method.toUpperCase())) return;
    const { pathname } = new URL(url, 'http://localhost');
    const path = routes.find(({ pattern }) => pattern.test(pathname))?.path;
    const methods = document.paths?.[path ?? ''] as Record<string, Operation> | undefined;
    const operation = methods?.[method.toLowerCase()];
    const text = await response.clone().text();
    const got = `${method} ${pathname} → ${response.status} ${response.headers.get('content-type')}: ${text.slice(0, 500)}`;
    const type = response.headers.get('content-type')?.split(';')[0]?.trim() ?? '';

    if (!path || !operation) {
      const isProblem = response.status === 404 && type === 'application/problem+json';
      if (!isProblem) throw new Error(`the route is not in the document: ${got}`);
      return mustFit(ajv, ['components', 'schemas', 'Problem'], text, got);
    }
    const answer = operation.responses[response.status];
    if (!answer) throw new Error(`the status is not in the document: ${got}`);
    if (!answer.content) {
      if (text !== '') throw new Error(`the document says there is no body: ${got}`);
      return;
    }
    if (!(type in answer.content)) throw new Error(`the content type is not in the document: ${got}`);
    if (!type.endsWith('json')) return;
    const status = String(response.status);
    const pointer = [
      'paths',
      path as string,
      method.toLowerCase(),
      'responses',
      status,
      'content',
      type,
      'schema',
    ];
    mustFit(ajv, pointer, text, got);
  };
}

/** Wraps something that answers requests so that every answer is checked on its way. */
export function conforming(
  document: OpenApi,
  answer: (request: Request) => Response | Promise<Response>,
): (request: Request) => Promise<Response> {
  const check = answerChecker(document);
  return async (request) => {
    const { method, url } = request;
    const response = await answer(request);
    await check(method, url, response);
    return response;
  };
}

/** An ajv that knows the document, closed: find a schema in it with `schemaAt`. */
export function schemaChecker(document: OpenApi): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addFormat('date', /^\d{4}-\d\d-\d\d$/);
  ajv.addFormat(
    'date-time',
    (text) => /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) && !!Date.parse(text),
  );
  ajv.addFormat('uri', (text) => URL.canParse(text));
  ajv.addSchema(closed(structuredClone(document)) as Json, DOCUMENT);
  return ajv;
}

/** The validator of the schema at a path of the document. */
export function schemaAt(ajv: Ajv2020, path: readonly string[]): ValidateFunction {
  const pointer = path.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')));
  const reference = `${DOCUMENT}#/${pointer.join('/')}`;
  return ajv.getSchema(reference) ?? ajv.compile({ $ref: reference });
}

function mustFit(ajv: Ajv2020, path: string[], text: string, got: string): void {
  const validate = schemaAt(ajv, path);
  if (!validate(JSON.parse(text)))
    throw new Error(`${ajv.errorsText(validate.errors, { dataVar: 'body' })}: ${got}`);
}

/** Documents stay open for readers of tomorrow's answers; tests want to see every field described. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy: Json = {};
  for (const [key, value] of Object.entries(schema))
    copy[key] = key.startsWith('example') ? value : closed(value);
  if (copy['type'] === 'object' && copy['properties'] && copy['additionalProperties'] === undefined) {
    copy['additionalProperties'] = false;
  }
  return copy;
}

function buildPattern(path: string): RegExp {
  const literal = path.split(/\{[^}]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('[^/]+')}$`);
}
