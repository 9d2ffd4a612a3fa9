import { expect, test } from 'vitest';
import { fitCoordinates, toCoordinate, toRows, writeRow } from '#lib/models/coordinates.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import { column, trainingTable } from './generated.ts';
import { toPartitions } from './training-table.ts';

const random = seededRandom(5);
const table = trainingTable(200, {
  posts30: column(200, () => Math.floor(30 * random() ** 4)),
  recencyDays: column(200, () => Math.floor(90 * random())),
  payment30: column(200, () => Math.floor(100_000 * (random() - 0.2))),
  feedbackMean: column(200, (i) => (i % 3 === 0 ? Number.NaN : 1 + 4 * random())),
});
const features = ['recencyDays', 'posts30', 'likes30', 'payment30', 'feedbackMean'] as const;

test('coordinates have mean 0 and standard deviation 1, and what is the same for all is left out', async () => {
  const coordinates = await fitCoordinates(toPartitions(table), features);
  expect(coordinates.map(({ feature, log }) => [feature, log])).toEqual([
    ['recencyDays', false],
    ['posts30', true],
    ['payment30', true],
    ['feedbackMean', false],
  ]);
  const rows = toRows(coordinates, table.columns);
  for (const [j, c] of coordinates.entries()) {
    const values = [...table.columns[c.feature].keys()].flatMap((i) =>
      Number.isNaN(table.columns[c.feature][i]!) ? [] : [rows[i * coordinates.length + j]!],
    );
    const mean = values.reduce((sum, z) => sum + z, 0) / values.length;
    expect(mean).toBeCloseTo(0, 10);
    expect(values.reduce((sum, z) => sum + (z - mean) ** 2, 0) / values.length).toBeCloseTo(1, 10);
  }
});

test('cutting the rows into other parts changes nothing, not even the last bit', async () => {
  const whole = await fitCoordinates(toPartitions(table), features);
  for (const rows of [1, 7, 199])
    expect(await fitCoordinates(toPartitions(table, rows), features)).toEqual(whole);
});

test('an unknown rating is the mean, money paid back is no money', () => {
  const log = { feature: 'payment30', log: true, mean: 2, sd: 4 } as const;
  expect(toCoordinate(log, Number.NaN)).toBe(0);
  expect(toCoordinate(log, -500)).toBe(-0.5);
  expect(toCoordinate(log, Math.expm1(10))).toBeCloseTo(2, 12);
});

test('a member alone has the same coordinates as in the table', async () => {
  const coordinates = await fitCoordinates(toPartitions(table), features);
  const rows = toRows(coordinates, table.columns);
  const width = coordinates.length;
  const row = new Float64Array(width);
  for (const i of [0, 3, 199]) {
    const own = Object.fromEntries(Object.entries(table.columns).map(([name, values]) => [name, values[i]!]));
    writeRow(coordinates, own as Parameters<typeof writeRow>[1], row);
    expect(row).toEqual(rows.slice(i * width, (i + 1) * width));
  }
});

test('small differences between large values are not lost', async () => {
  const large = trainingTable(1_000, { tenureDays: column(1_000, (i) => 1e9 + (i % 2)) });
  const [c] = await fitCoordinates(toPartitions(large), ['tenureDays']);
  expect(c!.mean).toBeCloseTo(1e9 + 0.5, 6);
  expect(c!.sd).toBeCloseTo(0.5, 10);
});
