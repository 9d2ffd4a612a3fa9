import { expect, test } from 'vitest';
import { ApiError } from '#lib/platform/errors.ts';
import { memoryRuns, runView } from '#test/lib/console/memory-runs.ts';
import { apiFixture } from '#test/lib/http/api-fixture.ts';

const json = async <T>(answer: Response | Promise<Response>) => (await (await answer).json()) as T;

test('a run is started by whoever asks, and followed until it is done', async () => {
  const runs = memoryRuns();
  const { ask, issued } = apiFixture({ runs });
  const answer = await ask('POST /v1/runs', 'operator', { asOf: '2026-03-01' });
  expect(answer.status).toBe(202);
  const run = await json<{ runId: string }>(answer);
  expect(run).toMatchObject({ state: 'running', startedBy: issued.operator.item.id });
  expect(await json(ask(`GET /v1/runs/${run.runId}`, 'reader'))).toMatchObject({
    state: 'running',
    steps: expect.arrayContaining([{ name: 'snapshot', state: 'running', done: 3, of: 8 }]),
  });
  const second = await ask('POST /v1/runs', 'operator');
  expect([second.status, (await json<{ code: string }>(second)).code]).toEqual([409, 'run_in_progress']);
  runs.finish();
  expect(await json(ask('GET /v1/runs', 'reader'))).toMatchObject({ runs: [{ state: 'done' }, {}] });
});

test('the date is handed on as it was given, or left out', async () => {
  const started: object[] = [];
  const start = async (options: object) => {
    started.push(options);
    return runView();
  };
  const runs = { ...memoryRuns(), start };
  const { ask, issued } = apiFixture({ runs });
  const by = issued.operator.item.id;
  await ask('POST /v1/runs', 'operator', { asOf: '2026-03-01' });
  await ask('POST /v1/runs', 'operator', {});
  await ask('POST /v1/runs', 'operator');
  expect(started).toEqual([{ asOf: '2026-03-01', by }, { by }, { by }]);
});

test('a run that failed says at which step and why', async () => {
  const failed = runView({ runId: 'r-1', state: 'failed', error: { step: 'score', message: 'it broke' } });
  expect(
    await json(apiFixture({ runs: memoryRuns(failed) }).ask('GET /v1/runs/r-1', 'reader')),
  ).toMatchObject({
    state: 'failed',
    error: { step: 'score', message: 'it broke' },
  });
});

test.each([
  ['POST /v1/runs', { asOf: '22.11.2026' }, 400, 'invalid_request'],
  ['POST /v1/runs', { asOf: 20261122 }, 400, 'invalid_request'],
  ['GET /v1/runs/2026-11-22-nobody', undefined, 404, 'run_not_found'],
  ['GET /v1/runs/a%20b', undefined, 400, 'invalid_request'],
])('%s %j is answered with %d', async (what, body, status, code) => {
  const answer = await apiFixture().ask(what, 'owner', body);
  expect([answer.status, (await json<{ code: string }>(answer)).code]).toEqual([status, code]);
});

test('a date that is none, or still to come, is refused', async () => {
  const start = async () => {
    throw new ApiError(400, 'date_in_future', '2027-01-01 is still to come.');
  };
  const answer = await apiFixture({ runs: { ...memoryRuns(), start } }).ask('POST /v1/runs', 'owner', {});
  expect([answer.status, (await json<{ code: string }>(answer)).code]).toEqual([400, 'date_in_future']);
});
