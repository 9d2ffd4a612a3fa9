import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ApiError, StoreError } from '#lib/platform/errors.ts';
import { apiFixture } from '#test/lib/http/api-fixture.ts';
import { memoryMembers } from '#test/lib/http/memory-members.ts';

function failing(error: unknown) {
  const members = { ...memoryMembers(), member: () => Promise.reject(error) };
  return apiFixture({ members });
}

describe('an error', () => {
  test('of ours is answered as it is', async () => {
    const { ask, logged } = failing(new ApiError(400, 'odd', 'That is odd.'));
    const answer = await ask('GET /v1/members/u_1', 'reader');
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      code: 'odd',
      detail: 'That is odd.',
      instance: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(logged).toEqual([]);
  });

  test('of a store that may recover says when to come back', async () => {
    const { ask } = failing(new StoreError('read a member', { retriable: true }));
    const answer = await ask('GET /v1/members/u_1', 'reader');
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await answer.json()).toMatchObject({ code: 'unavailable' });
  });

  test.each([
    new Error('password=hunter2 at 10.0.0.7'),
    new StoreError('table hunter2 is missing', { retriable: false }),
  ])('nobody thought of says nothing but its request id: %s', async (error) => {
    const { ask, logged } = failing(error);
    const answer = await ask('GET /v1/members/u_1', 'reader');
    expect(answer.status).toBe(500);
    const text = await answer.text();
    expect(text).not.toContain('hunter2');
    expect(JSON.stringify(logged)).toContain(JSON.parse(text).instance);
    expect(JSON.stringify(logged)).toContain('hunter2');
  });

  test('carries the id of the Lambda invocation', async () => {
    const { app } = apiFixture();
    const env = { lambdaContext: { awsRequestId: 'a-request' } };
    const answer = await app.request('/v1/nothing', {}, env);
    expect(await answer.json()).toMatchObject({ code: 'route_not_found', instance: 'a-request' });
  });
});

test('while the key store is away, callers are asked to come back', async () => {
  const { ask, store } = apiFixture();
  store.failure = new StoreError('look up an access key', { retriable: true });
  const answer = await ask('GET /v1/members/u_1', 'reader');
  expect(answer.status).toBe(503);
});

test('no input gives a 500, and every answer is as the document says', async () => {
  const { answer, findKey, logged } = apiFixture();
  const paths = [
    '/v1/members/',
    '/v1/members/u_1/events',
    '/v1/members/u_1/rebuild',
    '/v1/recounts',
    '/v1/recounts/2026-11-20-x7k3q9/resume',
    '/v1/imports',
    '/v1/imports/imp_1',
    '/v1/imports/imp_1/complete',
    '/v1/sources',
    '/v1/sources/orders/mapping',
    '/v1/sources/orders/mapping/preview',
    '/v1/keys',
    '/v1/keys/',
    '/docs/',
    // Not '/v1/' itself: `/v1/a` and its like are routes of the tracking API, which this app does not serve.
    '/v1/nothing/',
  ];
  const odd = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }).map((text) => encodeURIComponent(text.toWellFormed())),
    fc.constantFrom(
      '',
      '%',
      '%zz',
      '%ff',
      '..',
      '%2e%2e',
      '%2F',
      '?limit=%',
      '?limit=1e9',
      '?cursor=%00',
      '#',
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'PATCH'),
      fc.constantFrom(...paths),
      odd,
      fc.constantFrom('application/json', 'application/json; charset=utf-16', 'text/plain', ''),
      fc.oneof(fc.json(), fc.string()),
      fc.constantFrom<'owner' | 'write' | ''>('owner', 'write', ''),
      async (method, path, tail, type, body, role) => {
        const headers = new Headers(role ? { authorization: `Bearer ${findKey(role)}` } : {});
        if (type) headers.set('content-type', type);
        const init = method === 'GET' ? { method, headers } : { method, headers, body };
        expect((await answer(new Request(`http://localhost${path}${tail}`, init))).status).toBeLessThan(500);
      },
    ),
    { numRuns: 1_000 },
  );
  expect(logged).toEqual([]);
});
