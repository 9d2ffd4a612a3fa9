import { expect, test } from 'vitest';
import { drawStayingSample } from '#lib/models/lifecycle/train.ts';
import { column, trainingTable } from '#test/lib/models/generated.ts';
import { toPartitions } from '#test/lib/models/training-table.ts';

const MEMBERS = 3_000;
/** Who each member is can be read off a feature. */
const table = trainingTable(MEMBERS, {
  views30: column(MEMBERS, (i) => i),
  recencyDays: column(MEMBERS, (i) => i % 60),
  activeNext30: Uint8Array.from({ length: MEMBERS }, (_, i) => (i % 3 === 0 ? 0 : 1)),
});
const options = { churnedDays: 45, most: 500, seed: 1 };

test('the sample is as large as wanted, of members who had not left, and the same however rows are cut', async () => {
  const sample = await drawStayingSample(toPartitions(table), options);
  expect(sample.churned).toHaveLength(500);
  expect(new Set(sample.columns.views30).size).toBe(500);
  for (const [i, member] of sample.columns.views30.entries()) {
    expect(member % 60).toBeLessThan(45);
    expect(sample.churned[i]).toBe(member % 3 === 0 ? 1 : 0);
  }
  for (const rows of [7, 999, 2_999])
    expect(await drawStayingSample(toPartitions(table, rows), options)).toEqual(sample);
  expect(await drawStayingSample(toPartitions(table), { ...options, seed: 2 })).not.toEqual(sample);
});

test('its order has nothing to do with that of the rows, and all are taken if there are few', async () => {
  const { columns, churned } = await drawStayingSample(toPartitions(table), { ...options, most: 10_000 });
  expect(churned).toHaveLength(MEMBERS * 0.75);
  const early = columns.views30.subarray(0, 500).filter((member) => member < MEMBERS / 2).length;
  expect(Math.abs(early - 250)).toBeLessThan(50);
});
