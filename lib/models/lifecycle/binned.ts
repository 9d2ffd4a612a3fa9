/** More different values than this do not make a tree better, only slower to grow. */
const MAX_VALUES = 32;

/**
 * Rows whose columns have few different values: each is replaced by the mean of its quantile bin. Columns with few
 * values stay as they are.
 */
export function binColumns(rows: readonly (readonly number[])[]): number[][] {
  const result = rows.map((row) => row.slice());
  const width = rows[0]?.length ?? 0;
  for (let column = 0; column < width; column += 1) {
    const sorted = rows.map((row) => row[column]!).sort((a, b) => a - b);
    const means = computeBinMeans(sorted);
    for (const row of result) row[column] = means.get(row[column]!)!;
  }
  return result;
}

/** For each different value, in order, the mean of its bin; equal values share a bin. */
function computeBinMeans(sorted: readonly number[]): Map<number, number> {
  const means = new Map<number, number>();
  if (new Set(sorted).size <= MAX_VALUES) {
    for (const value of sorted) means.set(value, value);
    return means;
  }
  let from = 0;
  while (from < sorted.length) {
    let to = Math.min(sorted.length, from + Math.ceil(sorted.length / MAX_VALUES));
    while (to < sorted.length && sorted[to] === sorted[to - 1]) to += 1;
    const bin = sorted.slice(from, to);
    const mean = bin.reduce((sum, value) => sum + value, 0) / bin.length;
    for (const value of bin) means.set(value, mean);
    from = to;
  }
  return means;
}
