import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fitLeastSquares } from '#lib/models/numeric/regression/least-squares.ts';
import { Tsqr } from '#lib/models/numeric/regression/tsqr.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import { type Python, pythonWith, runPython } from './python.ts';
import { median, type Result } from './result.ts';

const ROWS = 1_000_000;
const PART_ROWS = 50_000;
const TURNS = 5;
const ROUNDS = 3;
const MOST_TIME = 0.6;
const MOST_ERROR = 1e-12;

interface Problem {
  name: string;
  columns: Float64Array[];
  truth: number[];
}

interface Fitted {
  ms: number[];
  coefficients: number[];
}

/**
 * A million rows reduced part by part and fitted, against scikit-learn on the same numbers in memory, at a tolerance
 * with which it does not drop columns; both take turns, and the first fit of each turn only warms up. Every value is a whole multiple of a power of two and so is every
 * coefficient, so that y is exact and the error of a coefficient is known.
 */
export async function run(): Promise<Result[]> {
  const python = await pythonWith('sklearn', 'numpy');
  const results: Result[] = [];
  for (const problem of [fenBesideRatios(), plusEpoch()]) results.push(...(await measured(problem, python)));
  return results;
}

async function measured(problem: Problem, python: Python | undefined): Promise<Result[]> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  let [error, theirError, byDefault] = [0, Number.NaN, Number.NaN];
  const folder = await mkdtemp(join(tmpdir(), 'zhiqun-least-squares-'));
  try {
    const path = join(folder, 'columns');
    if (python !== undefined) await save(path, problem.columns);
    for (let turn = 0; turn < TURNS; turn += 1) {
      const own = fitOurs(problem.columns);
      ours.push(...own.ms);
      error = worst(own.coefficients, problem.truth);
      if (python === undefined) continue;
      const args = [path, `${problem.columns.length}`, `${ROUNDS}`];
      const peer = await runPython<Fitted & { byDefault: number[] }>(
        python,
        join(import.meta.dirname, 'least-squares.py'),
        args,
      );
      theirs.push(...peer.ms);
      theirError = worst(peer.coefficients, problem.truth);
      byDefault = worst(peer.byDefault, problem.truth);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  const what = `least squares 1 M × ${problem.columns.length - 1}, ${problem.name}`;
  const peerError =
    python === undefined
      ? ''
      : ` (scikit-learn ${digits(theirError)}, with its default tol ${digits(byDefault)})`;
  const results: Result[] = [
    {
      name: `${what}: worst relative coefficient error`,
      value: `${digits(error)}${peerError}`,
      target: `≤ ${MOST_ERROR.toExponential(0)}`,
      ok: error <= MOST_ERROR,
    },
  ];
  if (python === undefined) return results;
  const ratio = median(ours) / median(theirs);
  results.unshift({
    name: `${what}: time / scikit-learn ${python.versions['sklearn']}`,
    value: `${ratio.toFixed(2)} (${median(ours).toFixed(0)} / ${median(theirs).toFixed(0)} ms)`,
    target: `≤ ${MOST_TIME.toFixed(2)}`,
    ok: ratio <= MOST_TIME,
  });
  return results;
}

function fitOurs(columns: readonly Float64Array[]): Fitted {
  const ms: number[] = [];
  let coefficients: number[] = [];
  for (let round = -1; round < ROUNDS; round += 1) {
    const start = performance.now();
    const reducer = new Tsqr(columns.length);
    for (let from = 0; from < ROWS; from += PART_ROWS) {
      reducer.add(columns.map((column) => column.subarray(from, from + PART_ROWS)));
    }
    coefficients = fitLeastSquares(reducer.reduction()).slopes;
    if (round >= 0) ms.push(performance.now() - start);
  }
  return { ms, coefficients };
}

const digits = (error: number): string => error.toExponential(1);

const worst = (found: readonly number[], truth: readonly number[]): number =>
  Math.max(...truth.map((value, j) => Math.abs((found[j] ?? Number.NaN) / value - 1)));

/** Payments up to a million yuan, shares, counts and days. */
function fenBesideRatios(): Problem {
  const random = seededRandom(40);
  const steps = (most: number, size: number, tail = 1) =>
    Float64Array.from({ length: ROWS }, () => Math.floor(most * random() ** tail) * size);
  const x = [
    steps(1e8, 1, 8),
    steps(1e7, 1, 4),
    steps(1024, 2 ** -10),
    steps(13, 2 ** -4),
    steps(200, 1, 3),
    steps(60, 1, 2),
    steps(45, 1),
    steps(400, 1),
  ];
  return withTarget('fen beside ratios', x, [0.25, -0.125, 512, -64, 128, 1024, -16, 0.5]);
}

function plusEpoch(): Problem {
  const random = seededRandom(41);
  const { columns, truth } = fenBesideRatios();
  const epoch = Float64Array.from({ length: ROWS }, () => 1_700_000_000 + Math.floor(2 ** 25 * random()));
  return withTarget('plus an epoch column', [...columns.slice(0, -1), epoch], [...truth, 2 ** -10]);
}

function withTarget(name: string, x: readonly Float64Array[], truth: number[]): Problem {
  const y = Float64Array.from({ length: ROWS }, (_, i) =>
    truth.reduce((sum, coefficient, j) => sum + coefficient * x[j]![i]!, 1000),
  );
  return { name, columns: [...x, y], truth };
}

async function save(path: string, columns: readonly Float64Array[]): Promise<void> {
  await using file = await open(path, 'w');
  for (const column of columns) await file.write(new Uint8Array(column.buffer));
}
