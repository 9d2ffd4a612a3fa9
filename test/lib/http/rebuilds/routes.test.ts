import { expect, test } from 'vitest';
import { RebuildTooLong } from '#lib/members/rebuild-on-read.ts';
import { apiFixture } from '#test/lib/http/api-fixture.ts';
import { memberView, memoryMembers } from '#test/lib/http/memory-members.ts';
import { memoryRecounts, recountView } from '#test/lib/rebuilds/memory-rebuilds.ts';

const json = async <T>(answer: Response | Promise<Response>) => (await (await answer).json()) as T;
const outcome = async (answer: Response) => [answer.status, (await json<{ code: string }>(answer)).code];

test.each(['/v1/rebuilds', '/v1/recounts'])(
  'a rebuild is started by whoever asks, and followed until it is done: %s',
  async (path) => {
    const recounts = memoryRecounts();
    const { ask, issued } = apiFixture({ recounts });
    const answer = await ask(`POST ${path}`, 'operator');
    expect(answer.status).toBe(202);
    const begun = await json<{ recountId: string }>(answer);
    expect(begun).toMatchObject({ state: 'running', scope: {}, startedBy: issued.operator.item.id });
    expect(await json(ask(`GET ${path}/${begun.recountId}`, 'reader'))).toMatchObject({
      parts: { done: 3, of: 20 },
    });
    expect(await outcome(await ask(`POST ${path}`, 'operator', {}))).toEqual([409, 'recount_in_progress']);
    recounts.finish({ examples: [{ userId: 'u_1', sk: 'day#2026-11-20' }] });
    expect(await json(ask(`GET ${path}`, 'reader'))).toMatchObject({
      recounts: [{ state: 'done', examples: [{ userId: 'u_1', sk: 'day#2026-11-20' }] }, {}],
    });
  },
);

test('whom and which days it counts is handed on as it was given', async () => {
  const recounts = memoryRecounts();
  const { ask, issued } = apiFixture({ recounts });
  const scope = { members: ['u_1', 'anon:林/晓雨'], from: '2026-11-01', to: '2026-11-02' };
  expect(await json(ask('POST /v1/rebuilds', 'operator', scope))).toMatchObject({
    scope: { members: 2, from: '2026-11-01', to: '2026-11-02' },
  });
  expect(recounts.started).toEqual([{ ...scope, by: issued.operator.item.id }]);
});

test('one that failed says why, and can be resumed', async () => {
  const failed = recountView({ recountId: 'r-1', state: 'failed', error: 'it broke' });
  const { ask } = apiFixture({ recounts: memoryRecounts(failed) });
  expect(await json(ask('GET /v1/rebuilds/r-1', 'reader'))).toMatchObject({
    state: 'failed',
    error: 'it broke',
  });
  const resumed = await ask('POST /v1/rebuilds/r-1/resume', 'operator');
  expect([resumed.status, await json(resumed)]).toMatchObject([202, { recountId: 'r-1', state: 'running' }]);
});

test.each([
  ['POST /v1/rebuilds', { from: '22.11.2026' }, 400, 'invalid_request'],
  ['POST /v1/rebuilds', { from: '2026-02-30' }, 400, 'invalid_request'],
  // Misspelt, it would be a rebuild of everybody.
  ['POST /v1/rebuilds', { member: 'u_1' }, 400, 'invalid_request'],
  ['POST /v1/rebuilds', { from: '2026-11-02', to: '2026-11-01' }, 400, 'invalid_request'],
  ['POST /v1/rebuilds', { members: [] }, 400, 'invalid_request'],
  ['POST /v1/rebuilds', { members: [''] }, 400, 'invalid_request'],
  ['POST /v1/rebuilds', { members: Array(1_001).fill('u_1') }, 400, 'invalid_request'],
  ['GET /v1/rebuilds/nobody', undefined, 404, 'recount_not_found'],
  ['GET /v1/rebuilds/a%20b', undefined, 400, 'invalid_request'],
  ['POST /v1/rebuilds/nobody/resume', undefined, 404, 'recount_not_found'],
  ['POST /v1/rebuilds/2026-11-20-x7k3q9/resume', undefined, 409, 'recount_done'],
])('%s %j is answered with %d', async (what, body, status, code) => {
  expect(await outcome(await apiFixture().ask(what, 'owner', body))).toEqual([status, code]);
});

test('a member with too many events to wait for is rebuilt in the background', async () => {
  const recounts = memoryRecounts();
  const members = {
    ...memoryMembers(memberView()),
    rebuild: async () => {
      throw new RebuildTooLong();
    },
  };
  const { ask } = apiFixture({ members, recounts });
  const answer = await ask('POST /v1/members/u_1/rebuild', 'operator');
  expect([answer.status, await json(answer)]).toMatchObject([
    202,
    { recountId: expect.any(String), state: 'running', scope: { members: 1 } },
  ]);
  expect(recounts.started).toMatchObject([{ members: ['u_1'] }]);
  const again = await ask('POST /v1/members/u_1/rebuild', 'operator');
  expect(await outcome(again)).toEqual([409, 'recount_in_progress']);
});

test('the routes of the first release answer as before, and are marked as deprecated', async () => {
  const { ask, document } = apiFixture();
  for (const path of ['', '/{recountId}', '/{recountId}/resume']) {
    const [now, before] = ['/v1/rebuilds', '/v1/recounts'].map((base) => document.paths?.[base + path] ?? {});
    expect(Object.keys(before as object)).toEqual(Object.keys(now as object));
    for (const operation of Object.values(before as object))
      expect(operation).toHaveProperty('deprecated', true);
    for (const operation of Object.values(now as object)) expect(operation).not.toHaveProperty('deprecated');
  }
  expect(await json(ask('GET /v1/recounts', 'reader'))).toEqual(
    await json(ask('GET /v1/rebuilds', 'reader')),
  );
  for (const path of ['/v1/recounts', '/v1/recounts/nobody']) {
    const { headers } = await ask(`GET ${path}`, 'reader');
    expect(headers.get('deprecation')).toMatch(/^@\d+$/);
    expect(headers.get('link')).toBe('</v1/rebuilds>; rel="successor-version"');
  }
  expect((await ask('GET /v1/rebuilds', 'reader')).headers.has('deprecation')).toBe(false);
});

test('figures say while not all members are counted by the same rules', async () => {
  const notice = {
    rebuilding: true as const,
    changed: ['timeZone' as const],
    from: { timeZone: 'Asia/Shanghai', currency: 'CNY' },
    to: { timeZone: 'UTC', currency: 'CNY' },
    rebuildId: '2026-11-22-x7k3q9',
    membersChecked: 12,
  };
  const asked: [string, object?][] = [
    ['GET /v1/members/u_1'],
    ['GET /v1/members/u_1/score'],
    ['POST /v1/scores', { userIds: ['u_1'] }],
    ['GET /v1/reports/latest'],
  ];
  for (const [what, body] of asked) {
    const during = await json(apiFixture({ countingNotice: async () => notice }).ask(what, 'reader', body));
    expect(during, what).toHaveProperty('counting', notice);
    expect(await json(apiFixture().ask(what, 'reader', body)), what).not.toHaveProperty('counting');
  }
});
