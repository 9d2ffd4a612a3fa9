import { Matrix } from 'ml-matrix';
import MultivariateLinearRegression from 'ml-regression-multivariate-linear';
import type { Reduction } from './tsqr.ts';

/** Why a column has no coefficient of its own. */
interface DroppedColumn {
  column: number;
  why: 'constant' | 'collinear';
}

/** A least-squares fit y ≈ intercept + Σ slopes[i] · x[kept[i]]. */
export interface LinearFit {
  rows: number;
  /** columns of X that have a coefficient, in their order */
  kept: number[];
  dropped: DroppedColumn[];
  /** in the units of y and x */
  intercept: number;
  slopes: number[];
  /** of the kept columns, and of y */
  means: number[];
  meanOfY: number;
  /** upper triangle by rows, kept × kept: the factor of the kept columns, each centred and divided by its norm */
  triangle: number[][];
  norms: number[];
}

/** A column whose spread is below this share of its size holds rounding only. */
const CONSTANT_TOLERANCE = 1e-12;
/**
 * A column is collinear when, of its spread, no more than this share is left (in root mean square) once the kept
 * columns before it are taken away: a variance inflation of 10¹².
 */
const COLLINEAR_TOLERANCE = 1e-6;
/** Each pass wins the digits that the normal equations of the library lose. */
const REFINEMENTS = 3;

/**
 * Fits least squares to reduced rows. Columns are brought to unit norm; those that are constant or depend linearly on
 * columns before them are dropped; `ml-regression-multivariate-linear` fits the triangle that remains, and then what
 * is left over of it, which makes up for its squaring of the condition number (iterative refinement).
 * @param reduction of [X y]; at least one row
 */
export function fitLeastSquares(reduction: Reduction): LinearFit {
  const { rows, width, r, origins, means } = reduction;
  const center = Array.from(origins, (origin, j) => origin + means[j]!);
  const columns = Array.from({ length: width }, (_, j) =>
    Float64Array.from({ length: width }, (_, i) => (i > j ? 0 : r[i * width + j]!)),
  );
  const y = columns.pop()!;
  const { kept, dropped, norms } = triangulate(columns, y, (norm, j) => {
    return norm <= CONSTANT_TOLERANCE * Math.sqrt(rows) * Math.abs(center[j]!);
  });
  const triangle = kept.map((_, i) => kept.map((j) => (i > kept.indexOf(j) ? 0 : columns[j]![i]!)));
  const slopes = solveTriangle(triangle, y.subarray(0, kept.length)).map((weight, i) => weight / norms[i]!);
  const meansOfKept = kept.map((j) => center[j]!);
  const meanOfY = center[width - 1]!;
  return {
    rows,
    kept,
    dropped,
    intercept: meanOfY - meansOfKept.reduce((sum, mean, i) => sum + mean * slopes[i]!, 0),
    slopes,
    means: meansOfKept,
    meanOfY,
    triangle,
    norms,
  };
}

/** What the fit answers for row i of the columns of X. */
export function predictRow(fit: LinearFit, columns: readonly Float64Array[], i: number): number {
  let sum = fit.meanOfY;
  for (let k = 0; k < fit.kept.length; k += 1) {
    sum += fit.slopes[k]! * (columns[fit.kept[k]!]![i]! - fit.means[k]!);
  }
  return sum;
}

/** Householder reflections column by column, in place, that leave out columns with nothing of their own. */
function triangulate(
  columns: Float64Array[],
  y: Float64Array,
  isConstant: (norm: number, column: number) => boolean,
): { kept: number[]; dropped: DroppedColumn[]; norms: number[] } {
  const [kept, norms]: [number[], number[]] = [[], []];
  const dropped: DroppedColumn[] = [];
  for (const [j, column] of columns.entries()) {
    const norm = Math.hypot(...column);
    if (norm === 0 || isConstant(norm, j)) {
      dropped.push({ column: j, why: 'constant' });
      continue;
    }
    const rank = kept.length;
    for (let i = 0; i < column.length; i += 1) column[i]! /= norm;
    const own = column.slice(rank);
    const length = Math.hypot(...own);
    if (length <= COLLINEAR_TOLERANCE) {
      dropped.push({ column: j, why: 'collinear' });
      continue;
    }
    kept.push(j);
    norms.push(norm);
    own[0]! += own[0]! > 0 ? length : -length;
    const scale = 2 / own.reduce((sum, value) => sum + value * value, 0);
    for (const other of [...columns.slice(j), y]) {
      const times = scale * own.reduce((sum, value, i) => sum + value * other[rank + i]!, 0);
      for (const [i, value] of own.entries()) other[rank + i]! -= times * value;
    }
  }
  return { kept, dropped, norms };
}

function solveTriangle(triangle: number[][], y: Float64Array): number[] {
  const size = y.length;
  if (size === 0) return [];
  const scale = Math.hypot(...y) || 1;
  const weights = new Array<number>(size).fill(0);
  for (let pass = 0; pass <= REFINEMENTS; pass += 1) {
    const left = triangle.map((row, i) => [row.reduce((sum, x, j) => sum - x * weights[j]!, y[i]! / scale)]);
    const fit = new MultivariateLinearRegression(new Matrix(triangle), new Matrix(left), {
      intercept: false,
      statistics: false,
    });
    for (const [j, [weight]] of fit.weights.entries()) weights[j]! += weight!;
  }
  return weights.map((weight) => weight * scale);
}
