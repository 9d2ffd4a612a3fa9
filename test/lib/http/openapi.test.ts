import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { DOCS_FILES, docsAssets } from '#lib/http/docs/assets.ts';
import { TRACKING_ROUTES } from '#lib/http/track/app.ts';
import { apiFixture } from './api-fixture.ts';
import { answerChecker, schemaAt, schemaChecker } from './conformance.ts';

const { ask, document } = apiFixture();
type Operation = {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  responses: object;
};
const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
  Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
    path,
    method,
    operation,
  })),
);

describe('the document', () => {
  test('is served to anybody, as OpenAPI 3.1', async () => {
    const answer = await ask('GET /v1/openapi.json');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ openapi: '3.1.0', paths: expect.any(Object) });
  });

  test('tells of every operation what it is', () => {
    const tags = document.tags?.map(({ name }) => name);
    for (const { operation, path } of operations) {
      expect(operation.summary, path).toMatch(/^\S.{3,60}$/);
      expect(operation.description.length, path).toBeGreaterThan(10);
      expect(tags).toEqual(expect.arrayContaining(operation.tags));
    }
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  });

  test('lists every tracking route', () => {
    const described = operations.filter(
      ({ operation }) => 'writeKey' in (operationSecurity(operation) ?? {}),
    );
    expect(described.map(({ path }) => path).sort()).toEqual(Object.keys(TRACKING_ROUTES).sort());
    for (const { operation } of described) {
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['200', '400', '429', '503']));
    }
  });

  test('names the stable codes of errors that its own routes answer', () => {
    const text = JSON.stringify(document);
    for (const code of [
      'invalid_request',
      'unauthenticated',
      'forbidden',
      'member_not_found',
      'key_not_found',
      'import_not_found',
      'mapping_not_found',
      'mapping_invalid',
      'run_in_progress',
      'run_not_found',
      'date_invalid',
      'date_in_future',
      'report_not_found',
      'model_not_found',
      'model_refused',
      'publication_not_found',
      'nothing_to_roll_back_to',
      'nothing_published',
      'profile_not_found',
    ]) {
      expect(text).toContain(`\`${code}\``);
    }
  });

  test('has schemas that compile and examples that fit them', () => {
    const ajv = schemaChecker(document);
    let examples = 0;
    const walk = (node: unknown, path: string[]): void => {
      if (typeof node !== 'object' || node === null) return;
      if (
        !Array.isArray(node) &&
        'example' in node &&
        path.at(-1) !== 'properties' &&
        ('type' in node || '$ref' in node)
      ) {
        const validate = schemaAt(ajv, path);
        expect(validate(node.example), `${path.join('/')}: ${ajv.errorsText(validate.errors)}`).toBe(true);
        examples += 1;
      }
      for (const [key, child] of Object.entries(node))
        if (!key.startsWith('example')) walk(child, [...path, key]);
    };
    walk(document.components?.schemas, ['components', 'schemas']);
    walk(document.paths, ['paths']);
    expect(examples).toBeGreaterThan(20);
  });
});

describe('the check of answers', () => {
  const check = answerChecker(document);
  const answer = (status: number, body: unknown, type = 'application/json') =>
    new Response(JSON.stringify(body), { status, headers: { 'content-type': type } });

  test('lets a described answer pass and leaves it readable', async () => {
    const stored = answer(200, { success: true });
    await check('POST', '/v1/t', stored);
    expect(await stored.json()).toEqual({ success: true });
  });

  test.each([
    ['a status', answer(418, { success: true }), 'status is not in the document'],
    ['a content type', answer(200, { success: true }, 'text/plain'), 'content type is not in the document'],
    ['a missing field', answer(200, {}), "must have required property 'success'"],
    ['a field of another type', answer(200, { success: 'yes' }), 'body/success must be'],
    [
      'a field that nobody described',
      answer(200, { success: true, more: 1 }),
      'must NOT have additional properties',
    ],
  ])('finds %s that the document does not know', async (_, response, message) => {
    await expect(check('POST', '/v1/track', response)).rejects.toThrow(message);
  });

  test('finds a route that the document does not know', async () => {
    await expect(check('GET', '/v1/secret', answer(200, {}))).rejects.toThrow('route is not in the document');
    await expect(check('PUT', '/v1/keys', answer(200, {}))).rejects.toThrow('route is not in the document');
  });
});

describe('the docs page', () => {
  const folder = new URL(
    '.',
    `file://${createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')}`,
  );

  test('runs scripts of this host only, none of them inline', async () => {
    const page = await ask('GET /docs');
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self';/);
    const html = await page.text();
    const sources = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source);
    expect(sources.filter((source) => !source?.startsWith('/') && source !== 'data:,')).toEqual([]);
    expect(html.match(/<script(?! src="\/docs\/[\w.-]+"><\/script>)/g)).toBeNull();
  });

  test('finds every file that it names', async () => {
    const { ask } = apiFixture({ docsAsset: docsAssets(folder) });
    const html = await (await ask('GET /docs')).text();
    const files = [...html.matchAll(/"\/docs\/([^"]+)"/g)].map(([, file]) => file as string);
    expect(files).toEqual(expect.arrayContaining([...DOCS_FILES]));
    for (const file of files) {
      const answer = await ask(`GET /docs/${file}`);
      expect(answer.status, file).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(
        file.endsWith('css') ? 'text/css' : 'text/javascript',
      );
    }
    const css = await (await ask('GET /docs/swagger-ui.css')).text();
    expect(css).toBe(readFileSync(new URL('swagger-ui.css', folder), 'utf8'));
  });

  test('gives out no other file', async () => {
    const { ask } = apiFixture({ docsAsset: docsAssets(folder) });
    for (const file of ['package.json', '..%2Fpackage.json', 'index.mjs', '%2Fetc%2Fpasswd', 'constructor']) {
      expect((await ask(`GET /docs/${file}`)).status, file).toBe(404);
    }
  });
});

function operationSecurity(operation: object): object | undefined {
  return (operation as { security?: object[] }).security?.[0];
}
