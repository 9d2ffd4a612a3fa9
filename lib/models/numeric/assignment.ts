/**
 * Pairs every row with a column of its own, or every column with a row where there are fewer of them, so that the
 * costs add up to the least. Exact, by dynamic programming over the sets of columns used: fine for up to about ten columns.
 * @param costs rows × columns, at least one column
 * @returns for each row its column, or −1
 */
export function solveAssignment(costs: readonly (readonly number[])[]): number[] {
  const columns = costs[0]?.length ?? 0;
  const sets = 1 << columns;
  // A row may stay alone only as often as there are too few columns.
  const spare = Math.max(0, costs.length - columns);
  let least = new Float64Array(sets).fill(Number.POSITIVE_INFINITY);
  least[0] = 0;
  const choices: Int8Array[] = [];
  for (const [row, cost] of costs.entries()) {
    const next = new Float64Array(sets).fill(Number.POSITIVE_INFINITY);
    const choice = new Int8Array(sets).fill(-1);
    for (let set = 0; set < sets; set += 1) {
      const so = least[set]!;
      if (so === Number.POSITIVE_INFINITY) continue;
      const alone = row - countBits(set);
      if (alone < spare && so < next[set]!) {
        next[set] = so;
        choice[set] = -1;
      }
      for (let c = 0; c < columns; c += 1) {
        const more = set | (1 << c);
        if (more === set || so + cost[c]! >= next[more]!) continue;
        next[more] = so + cost[c]!;
        choice[more] = c;
      }
    }
    choices.push(choice);
    least = next;
  }
  let set = least.indexOf(Math.min(...least));
  const pairs = new Array<number>(costs.length).fill(-1);
  for (let row = costs.length - 1; row >= 0; row -= 1) {
    const column = choices[row]![set]!;
    pairs[row] = column;
    if (column >= 0) set &= ~(1 << column);
  }
  return pairs;
}

function countBits(set: number): number {
  let count = 0;
  for (let left = set; left > 0; left &= left - 1) count += 1;
  return count;
}
