import { expect, test } from 'vitest';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { readReport } from '#lib/reports/report-store.ts';
import { sampleReport } from '#test/lib/console/sample-report.ts';

/** Reads a report after something has been done to its JSON. */
function reread(change: (report: ReturnType<typeof sampleReport>) => unknown) {
  const report = structuredClone(sampleReport());
  change(report);
  const body = new TextEncoder().encode(JSON.stringify(report));
  const store = { get: async () => ({ body, etag: '' }) } as unknown as ObjectStore;
  return readReport(store, 'reports/2026-11-22.json');
}

test('a report reads as it was written', async () => {
  expect(await reread(() => {})).toEqual(sampleReport());
});

test('of a release before: what it did not know yet is zeros and empty lists, as long as the rest', async () => {
  const report = await reread(({ daily, stages, lists, quality }) => {
    delete (daily.actions as Partial<typeof daily.actions>).redeem;
    delete (stages as Partial<typeof stages>).returning;
    delete (lists as Partial<typeof lists>).topHelpers;
    delete quality.late;
    delete quality.audit;
  });
  expect(report?.daily.actions.redeem).toEqual(sampleReport().daily.dau.map(() => 0));
  expect(report?.daily.actions.post).toEqual(sampleReport().daily.actions.post);
  expect(report?.stages.returning).toBe(0);
  expect(report?.lists.topHelpers).toEqual([]);
  expect(report?.quality).not.toHaveProperty('late');
});

test('of a release after: what is not known here falls away', async () => {
  const report = await reread((written) => {
    Object.assign(written.daily.actions, { dance: [1, 2, 3] });
    Object.assign(written, { more: { soon: true } });
  });
  expect(report).toEqual(sampleReport());
});

test.each<[string, (report: ReturnType<typeof sampleReport>) => unknown, string]>([
  ['a format of the future', (r) => Object.assign(r, { format: 2 }), 'format must be 1, not 2'],
  [
    'a figure that is none',
    (r) => Object.assign(r.daily.dau, { 3: '7' }),
    'daily.dau[3] must be a finite number, not "7"',
  ],
  [
    'a part that is gone',
    (r) => Object.assign(r, { funnel: undefined }),
    'funnel must be an object, not nothing',
  ],
  ['no actions', (r) => Object.assign(r.daily, { actions: 7 }), 'daily.actions must be an object, not 7'],
])('that does not read is named, with the place and what to do: %s', async (_, change, reason) => {
  await expect(reread(change)).rejects.toThrow(
    `reports/2026-11-22.json is no report of this version of zhiqun: ${reason}. A run as of its date makes it again.`,
  );
});
