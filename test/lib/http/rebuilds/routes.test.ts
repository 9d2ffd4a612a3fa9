import { expect, test } from 'vitest';
import { RebuildTooLong } from '#lib/members/rebuild-on-read.ts';
import { apiFixture } from '#test/lib/http/api-fixture.ts';
import { memberView, memoryMembers } from '#test/lib/http/memory-members.ts';
import { memoryRecounts, recountView } from '#test/lib/rebuilds/memory-rebuilds.ts';

const json = async <T>(answer: Response | Promise<Response>) => (await (await answer).json()) as T;
const outcome = async (answer: Response) => [answer.status, (await json<{ code: string }>(answer)).code];

test('a recount is started by whoever asks, and followed until it is done', async () => {
  const recounts = memoryRecounts();
  const { ask, issued } = apiFixture({ recounts });
  const answer = await ask('POST /v1/recounts', 'operator');
  expect(answer.status).toBe(202);
  const begun = await json<{ recountId: string }>(answer);
  expect(begun).toMatchObject({ state: 'running', scope: {}, startedBy: issued.operator.item.id });
  expect(await json(ask(`GET /v1/recounts/${begun.recountId}`, 'reader'))).toMatchObject({
    parts: { done: 3, of: 20 },
  });
  expect(await outcome(await ask('POST /v1/recounts', 'operator', {}))).toEqual([409, 'recount_in_progress']);
  recounts.finish({ examples: [{ userId: 'u_1', sk: 'day#2026-11-20' }] });
  expect(await json(ask('GET /v1/recounts', 'reader'))).toMatchObject({
    recounts: [{ state: 'done', examples: [{ userId: 'u_1', sk: 'day#2026-11-20' }] }, {}],
  });
});

test('whom and which days it counts is handed on as it was given', async () => {
  const recounts = memoryRecounts();
  const { ask, issued } = apiFixture({ recounts });
  const scope = { members: ['u_1', 'anon:林/晓雨'], from: '2026-11-01', to: '2026-11-02' };
  expect(await json(ask('POST /v1/recounts', 'operator', scope))).toMatchObject({
    scope: { members: 2, from: '2026-11-01', to: '2026-11-02' },
  });
  expect(recounts.started).toEqual([{ ...scope, by: issued.operator.item.id }]);
});

test('one that failed says why, and can be resumed', async () => {
  const failed = recountView({ recountId: 'r-1', state: 'failed', error: 'it broke' });
  const { ask } = apiFixture({ recounts: memoryRecounts(failed) });
  expect(await json(ask('GET /v1/recounts/r-1', 'reader'))).toMatchObject({
    state: 'failed',
    error: 'it broke',
  });
  const resumed = await ask('POST /v1/recounts/r-1/resume', 'operator');
  expect([resumed.status, await json(resumed)]).toMatchObject([202, { recountId: 'r-1', state: 'running' }]);
});

test.each([
  ['POST /v1/recounts', { from: '22.11.2026' }, 400, 'invalid_request'],
  ['POST /v1/recounts', { from: '2026-02-30' }, 400, 'invalid_request'],
  ['POST /v1/recounts', { from: '2026-11-02', to: '2026-11-01' }, 400, 'invalid_request'],
  ['POST /v1/recounts', { members: [] }, 400, 'invalid_request'],
  ['POST /v1/recounts', { members: [''] }, 400, 'invalid_request'],
  ['POST /v1/recounts', { members: Array(1_001).fill('u_1') }, 400, 'invalid_request'],
  ['GET /v1/recounts/nobody', undefined, 404, 'recount_not_found'],
  ['GET /v1/recounts/a%20b', undefined, 400, 'invalid_request'],
  ['POST /v1/recounts/nobody/resume', undefined, 404, 'recount_not_found'],
  ['POST /v1/recounts/2026-11-20-x7k3q9/resume', undefined, 409, 'recount_done'],
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
