import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type ManagedObjectStore, s3Objects } from '#lib/platform/s3.ts';
import { type Reports, reportReader } from '#lib/reports/report-store.ts';
import { startBucket } from '#test/engines/s3.ts';
import { sampleReport } from '#test/lib/console/sample-report.ts';
import { buildCurrentModels } from '#test/lib/models/published-models.ts';

let engine: Awaited<ReturnType<typeof startBucket>>;
let store: ManagedObjectStore;
let reports: Reports;
const clock = { now: 0 };
const put = (date: string) => store.put(`reports/${date}.json`, JSON.stringify(sampleReport({ asOf: date })));
const pointTo = (report: string | null) =>
  store.put('models/current.json', JSON.stringify(buildCurrentModels({}, [], { report })));

beforeAll(async () => {
  engine = await startBucket();
  for (const [name, value] of Object.entries(engine.env)) vi.stubEnv(name, value);
});
beforeEach(async () => {
  store = s3Objects(engine.env, engine.bucket);
  await store.delete(await store.list(''));
  clock.now = 0;
  reports = reportReader(store, () => clock.now);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await engine.stop();
});

test('the latest report is the one that was published last, not whatever lies there', async () => {
  expect(await reports.report('latest')).toBeUndefined();
  await put('2026-11-21');
  await put('2026-11-22');
  await pointTo('reports/2026-11-21.json');
  clock.now += 6_000;
  expect((await reports.report('latest'))?.asOf).toBe('2026-11-21');
  expect((await reports.report('2026-11-22'))?.asOf).toBe('2026-11-22');
  expect(await reports.report('2026-11-20')).toBeUndefined();
});

test('a report is remembered for five seconds', async () => {
  await put('2026-11-21');
  const get = vi.fn(store.get);
  reports = reportReader({ ...store, get }, () => clock.now);
  await Promise.all([reports.report('2026-11-21'), reports.report('2026-11-21')]);
  clock.now += 4_999;
  await reports.report('2026-11-21');
  expect(get).toHaveBeenCalledTimes(1);
  clock.now += 2;
  await reports.report('2026-11-21');
  expect(get).toHaveBeenCalledTimes(2);
});

test('a failure is not remembered, and a corrupt report is named', async () => {
  await store.put('reports/2026-11-21.json', '{"format":1');
  await expect(reports.report('2026-11-21')).rejects.toThrow('reports/2026-11-21.json is corrupt');
  await store.put('reports/2026-11-21.json', '{"format":9}');
  await expect(reports.report('2026-11-21')).rejects.toThrow('is no report of this version');
  await put('2026-11-21');
  expect((await reports.report('2026-11-21'))?.asOf).toBe('2026-11-21');
});
