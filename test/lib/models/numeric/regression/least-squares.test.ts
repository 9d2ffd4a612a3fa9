import { Matrix, pseudoInverse } from 'ml-matrix';
import MultivariateLinearRegression from 'ml-regression-multivariate-linear';
import { expect, test } from 'vitest';
import { Hc3 } from '#lib/models/numeric/regression/hc3.ts';
import { fitLeastSquares, predictRow } from '#lib/models/numeric/regression/least-squares.ts';
import { Tsqr } from '#lib/models/numeric/regression/tsqr.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import { column, normal } from '#test/lib/models/generated.ts';

/** Longley (1967) and its certified coefficients, from the Statistical Reference Datasets of NIST; y first. */
const LONGLEY = `60323 83.0 234289 2356 1590 107608 1947
61122 88.5 259426 2325 1456 108632 1948
60171 88.2 258054 3682 1616 109773 1949
61187 89.5 284599 3351 1650 110929 1950
63221 96.2 328975 2099 3099 112075 1951
63639 98.1 346999 1932 3594 113270 1952
64989 99.0 365385 1870 3547 115094 1953
63761 100.0 363112 3578 3350 116219 1954
66019 101.2 397469 2904 3048 117388 1955
67857 104.6 419180 2822 2857 118734 1956
68169 108.4 442769 2936 2798 120445 1957
66513 110.8 444546 4681 2637 121950 1958
68655 112.6 482704 3813 2552 123366 1959
69564 114.2 502601 3931 2514 125368 1960
69331 115.7 518173 4806 2572 127852 1961
70551 116.9 554894 4007 2827 130081 1962`;
const CERTIFIED = [
  -3482258.63459582, 15.0618722713733, -0.035819179292591, -2.02022980381683, -1.03322686717359,
  -0.0511041056535807, 1829.15146461355,
];

test("the certified coefficients of NIST's ill-conditioned Longley data come out to 11 digits", () => {
  const rows = LONGLEY.split('\n').map((line) => line.split(' ').map(Number));
  const [y, ...x] = Array.from({ length: 7 }, (_, j) => column(rows.length, (i) => rows[i]![j]!));
  const { intercept, slopes } = fitted([...x, y!]);
  expectClose([intercept, ...slopes], CERTIFIED, 1e-11);
});

test('coefficients of columns eight orders of magnitude apart, beside an epoch, are exact to 1e-12', () => {
  const random = seededRandom(3);
  const steps = (most: number, size: number) => column(5_000, () => Math.floor(most * random()) * size);
  // Whole multiples of powers of two: y is exact, so that the truth is known.
  const x = [steps(1e8, 1), steps(1024, 2 ** -10), column(5_000, () => 1.7e9 + Math.floor(1e7 * random()))];
  x.push(steps(30, 1), steps(2 ** 20, 2 ** -20));
  const truth = [2 ** -12, -64, 2 ** -9, 3, 0.5];
  const y = column(5_000, (i) => truth.reduce((sum, slope, j) => sum + slope * x[j]![i]!, 7));
  expectClose(fitted([...x, y]).slopes, truth, 1e-12);
});

test('the fit of reduced rows is that of the library on all rows', () => {
  const [random, noise] = [seededRandom(8), normal(9)];
  const x = [column(800, random), column(800, noise), column(800, () => Math.floor(9 * random()))];
  const y = column(800, (i) => 3 + 2 * x[0]![i]! - x[1]![i]! + 0.1 * x[2]![i]! + noise());
  const rows = Array.from(y, (_, i) => x.map((values) => values[i]!));
  const library = new MultivariateLinearRegression(
    rows,
    Array.from(y, (value) => [value]),
  );
  const found = fitted([...x, y]);
  expectClose([...found.slopes, found.intercept], library.weights.flat(), 1e-10);
  expect(predictRow(found, x, 5)).toBeCloseTo(library.predict(rows[5]!)[0]!, 10);
});

test('a column that never changes and one that the columns before it make up are left out, and the others stay', () => {
  const [random, noise] = [seededRandom(1), normal(2)];
  const [a, b] = [column(500, random), column(500, noise)];
  const x = [
    a,
    column(500, () => 0.1),
    b,
    column(500, (i) => 1e6 * (a[i]! - 3 * b[i]!) + 4),
    column(500, noise),
  ];
  const found = fitted([...x, column(500, (i) => a[i]! + b[i]! + noise())]);
  expect(found.kept).toEqual([0, 2, 4]);
  expect(found.dropped).toEqual([
    { column: 1, why: 'constant' },
    { column: 3, why: 'collinear' },
  ]);
  const without = fitted([a, b, x[4]!, column(500, () => 0)]);
  expect(without.slopes).toEqual([0, 0, 0]);
});

test('a column with a little of its own, one part in ten thousand, keeps its coefficient to 1e-8', () => {
  const random = seededRandom(4);
  const a = column(2_000, () => Math.floor(2 ** 20 * random()));
  const b = column(2_000, (i) => a[i]! + Math.floor(64 * random()));
  const found = fitted([a, b, column(2_000, (i) => 5 * a[i]! - 3 * b[i]!)]);
  expect(found.dropped).toEqual([]);
  expectClose(found.slopes, [5, -3], 1e-8);
});

test('nothing but constant columns leaves the mean', () => {
  const found = fitted([new Float64Array(4).fill(2), Float64Array.of(1, 2, 3, 6)]);
  expect(found).toMatchObject({ kept: [], slopes: [], intercept: 3 });
  expect(computeErrors(found, [new Float64Array(4).fill(2), Float64Array.of(1, 2, 3, 6)])).toHaveLength(1);
});

test('standard errors are those of the HC3 formula, for units far apart too', () => {
  const [random, noise] = [seededRandom(11), normal(12)];
  const x = [column(300, () => 1e7 * random()), column(300, noise), column(300, () => 1e4 + 1e-2 * random())];
  const y = column(300, (i) => 2e-7 * x[0]![i]! + x[1]![i]! + (1 + 1e-7 * x[0]![i]!) * noise());
  const found = fitted([...x, y]);
  // Columns brought near 1 for the reference, and its answer back.
  const units = [1, 1e7, 1, 1e-2];
  const design = new Matrix(
    Array.from(y, (_, i) => [1, ...x.map((values, j) => (values[i]! - (j === 2 ? 1e4 : 0)) / units[j + 1]!)]),
  );
  const inverse = pseudoInverse(design.transpose().mmul(design));
  const meat = Matrix.zeros(4, 4);
  for (const [i, value] of y.entries()) {
    const row = design.getRowVector(i);
    const leverage = row.mmul(inverse).mmul(row.transpose()).get(0, 0);
    const q = (value - predictRow(found, x, i)) / (1 - leverage);
    meat.add(
      row
        .transpose()
        .mmul(row)
        .mul(q * q),
    );
  }
  const covariance = inverse.mmul(meat).mmul(inverse);
  const expected = [1, 2, 3].map((j) => Math.sqrt(covariance.get(j, j)) / units[j]!);
  expectClose(computeErrors(found, [...x, y]).slice(1), expected, 1e-8);
});

test('where scatter grows with a feature, 95 % intervals hold the truth about 95 times in 100', () => {
  let [inside, plain] = [0, 0];
  for (let round = 0; round < 200; round += 1) {
    const [random, noise] = [seededRandom(round), normal(1_000 + round)];
    const x = column(200, () => random() ** 4);
    const columns = [x, column(200, (i) => 2 * x[i]! + x[i]! * noise())];
    const found = fitted(columns);
    const [slope] = found.slopes as [number];
    if (Math.abs(slope - 2) < 1.972 * computeErrors(found, columns)[1]!) inside += 1;
    const rest = columns[1]!.reduce((sum, y, i) => sum + (y - predictRow(found, columns, i)) ** 2, 0) / 198;
    if (Math.abs(slope - 2) < (1.972 * Math.sqrt(rest)) / found.norms[0]!) plain += 1;
  }
  expect(inside / 200).toBeGreaterThan(0.9);
  // Plain standard errors promise too much here.
  expect(plain / 200).toBeLessThan(0.8);
});

function fitted(columns: readonly Float64Array[]) {
  const reducer = new Tsqr(columns.length);
  reducer.add(columns);
  return fitLeastSquares(reducer.reduction());
}

function computeErrors(found: ReturnType<typeof fitted>, columns: readonly Float64Array[]): number[] {
  const errors = new Hc3(found);
  errors.add(columns);
  return errors.standardErrors();
}

function expectClose(found: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs(found[i]! / value - 1), `coefficient ${i}`).toBeLessThan(tolerance);
  }
}
