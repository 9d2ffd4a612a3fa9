import { expect, test } from 'vitest';
import { assembleReport } from '#lib/reports/assemble.ts';
import { emptyScoredSums } from '#lib/reports/scored-sums.ts';
import { emptySums } from '#lib/reports/sums.ts';
import { sampleReport } from '#test/lib/console/sample-report.ts';
import { apiFixture } from '#test/lib/http/api-fixture.ts';

test.each(['latest', '2026-11-22'])('a report fits its description, field by field: %s', async (date) => {
  const answer = await apiFixture().ask(`GET /v1/reports/${date}`, 'reader');
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual(JSON.parse(JSON.stringify(sampleReport())));
});

test('that of an empty community fits too', async () => {
  const report = assembleReport({
    runId: 'run-1',
    generatedAt: '2026-03-08T19:00:00.000Z',
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    sums: emptySums('2026-03-08'),
    scored: emptyScoredSums(),
    profiles: [],
    imports: { imported: 0, refused: 0, duplicates: 0 },
    deadLetters: 0,
    audit: null,
    previous: undefined,
  });
  const { ask } = apiFixture({ reports: { report: async () => report } });
  expect((await ask('GET /v1/reports/latest', 'reader')).status).toBe(200);
});

test('a date without a report, and no report at all, say how to make one', async () => {
  const { ask } = apiFixture({ reports: { report: async () => undefined } });
  for (const date of ['latest', '2026-03-01']) {
    const answer = await ask(`GET /v1/reports/${date}`, 'reader');
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      code: 'report_not_found',
      detail: expect.stringContaining('POST /v1/runs'),
    });
  }
});

test('a day that there is not cannot have a report, and nobody is sent to make one', async () => {
  const answer = await apiFixture({ reports: { report: async () => undefined } }).ask(
    'GET /v1/reports/2026-02-30',
    'reader',
  );
  expect([answer.status, await answer.json()]).toMatchObject([
    404,
    { code: 'report_not_found', detail: 'There is no report as of 2026-02-30, which is no date.' },
  ]);
});

test.each(['yesterday', '2026-3-1', '..%2Fmodels%2Fcurrent'])('%s is no date', async (date) => {
  expect((await apiFixture().ask(`GET /v1/reports/${date}`, 'reader')).status).toBe(400);
});
