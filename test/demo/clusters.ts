import { type Random, randomOf } from '#infra/local/demo/random.ts';

type Rows = readonly (readonly number[])[];

/** Every column at mean 0 and standard deviation 1. */
export function zScored(rows: Rows): number[][] {
  const columns = rows[0]!.map((_, j) => {
    const mean = rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length;
    const spread = Math.sqrt(rows.reduce((sum, row) => sum + (row[j]! - mean) ** 2, 0) / rows.length);
    return { mean, spread: spread || 1 };
  });
  return rows.map((row) => row.map((value, j) => (value - columns[j]!.mean) / columns[j]!.spread));
}

/** Lloyd's K-means from k-means++ starts, the best of ten; the cluster of every row. */
export function clustersOf(rows: Rows, k: number): number[] {
  const tries = Array.from({ length: 10 }, (_, n) => lloyd(rows, k, randomOf(n, 'clusters')));
  return tries.sort((a, b) => a.inertia - b.inertia)[0]!.labels;
}

const distance = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, j) => sum + (value - b[j]!) ** 2, 0);

function lloyd(rows: Rows, k: number, random: Random): { labels: number[]; inertia: number } {
  let centres: (readonly number[])[] = [random.pick(rows)];
  while (centres.length < k) {
    centres.push(random.weighted(rows, (row) => Math.min(...centres.map((centre) => distance(row, centre)))));
  }
  let inertia = Number.POSITIVE_INFINITY;
  for (;;) {
    const nearest = rows.map((row) => {
      const far = centres.map((centre) => distance(row, centre));
      const least = Math.min(...far);
      return { label: far.indexOf(least), least };
    });
    const sum = nearest.reduce((total, { least }) => total + least, 0);
    if (sum >= inertia - 1e-9) return { labels: nearest.map(({ label }) => label), inertia: sum };
    inertia = sum;
    centres = centres.map((centre, c) => {
      const own = rows.filter((_, n) => nearest[n]!.label === c);
      return own.length === 0
        ? centre
        : centre.map((_, j) => own.reduce((s, row) => s + row[j]!, 0) / own.length);
    });
  }
}

/** Adjusted Rand index of two labelings (Hubert and Arabie 1985): 1 is the same partition, 0 is chance. */
export function adjustedRandIndex(a: readonly unknown[], b: readonly unknown[]): number {
  const pairs = (n: number) => (n * (n - 1)) / 2;
  const together = (keys: readonly string[]) => {
    const counts = new Map<string, number>();
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    return [...counts.values()].reduce((sum, n) => sum + pairs(n), 0);
  };
  const both = together(a.map((value, i) => `${value} ${b[i]}`));
  const [inA, inB] = [together(a.map(String)), together(b.map(String))];
  const expected = (inA * inB) / pairs(a.length);
  return (both - expected) / ((inA + inB) / 2 - expected);
}
