/** One line of the table that `npm run bench` prints. */
export interface Result {
  name: string;
  value: string;
  target: string;
  ok: boolean;
}

/** The middle of some values; of an even number the upper one. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[values.length >> 1];
  if (middle === undefined) throw new RangeError('the median of nothing');
  return middle;
}
