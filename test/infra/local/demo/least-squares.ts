/**
 * Ordinary least squares by the normal equations: good enough for a handful of columns of like size.
 * @param rows one per observation, a 1 for the intercept included
 */
export function leastSquares(
  rows: readonly (readonly number[])[],
  y: readonly number[],
): { coefficients: number[]; standardErrors: number[]; r2: number } {
  const width = rows[0]!.length;
  const cross = (i: number, j: number) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0);
  const gram = Array.from({ length: width }, (_, i) => Array.from({ length: width }, (_, j) => cross(i, j)));
  const inverse = inverted(gram);
  const moments = gram.map((_, i) => rows.reduce((sum, row, n) => sum + row[i]! * y[n]!, 0));
  const coefficients = inverse.map((row) => row.reduce((sum, value, j) => sum + value * moments[j]!, 0));
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  let residual = 0;
  let total = 0;
  for (const [n, row] of rows.entries()) {
    residual += (y[n]! - row.reduce((sum, x, j) => sum + x * coefficients[j]!, 0)) ** 2;
    total += (y[n]! - mean) ** 2;
  }
  const variance = residual / (rows.length - width);
  return {
    coefficients,
    standardErrors: inverse.map((row, i) => Math.sqrt(variance * row[i]!)),
    r2: 1 - residual / total,
  };
}

function inverted(matrix: readonly (readonly number[])[]): number[][] {
  const size = matrix.length;
  const work = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < size; column += 1) {
    const pivot = work.findIndex((row, i) => i >= column && row[column] !== 0);
    [work[column], work[pivot]] = [work[pivot]!, work[column]!];
    const scale = work[column]![column]!;
    work[column] = work[column]!.map((value) => value / scale);
    for (const [i, row] of work.entries()) {
      if (i === column) continue;
      const factor = row[column]!;
      work[i] = row.map((value, j) => value - factor * work[column]![j]!);
    }
  }
  return work.map((row) => row.slice(size));
}
