import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TieTable } from '#lib/models/numeric/graph/tie-graph.ts';
import type { Partitions } from '#lib/models/numeric/partitions.ts';

/** Who, on whom, how much. */
export type Tie = readonly [source: string, target: string, weight: number];

const folder = new URL('../../../../shared/data/graphs/', import.meta.url);
export const graphsPresent = existsSync(folder);
if (!graphsPresent) console.log(`known graphs: skipped, they are not at ${fileURLToPath(folder)}`);

/** A well-known graph with its ties in both directions. */
export function knownGraph(name: 'karate' | 'dolphins'): Tie[] {
  const text = readFileSync(new URL(`${name}.gml`, folder), 'utf8');
  return [...text.matchAll(/edge \[\s*source (\d+)\s*target (\d+)/g)].flatMap(([, a, b]): Tie[] => [
    [`m${a}`, `m${b}`, 1],
    [`m${b}`, `m${a}`, 1],
  ]);
}

/** Ties as the fit reads them, in so many parts. */
export function tiePartitions(ties: readonly Tie[], count = 1): Partitions<TieTable> {
  const parts = Array.from({ length: count }, (_, part) => ties.filter((_, row) => row % count === part));
  return async function* () {
    for (const part of parts) {
      yield {
        sources: part.map(([source]) => source),
        targets: part.map(([, target]) => target),
        weights: Float64Array.from(part, ([, , weight]) => weight),
      };
    }
  };
}

/** Ties among `members`, most of them within one of `circles` groups, and some members better liked than others. */
export function plantedTies(random: () => number, members: number, count: number, circles: number): Tie[] {
  return Array.from({ length: count }, (): Tie => {
    const source = Math.floor(random() * members);
    const own = random() < 0.85;
    const place = Math.floor(random() ** 2 * (members / circles));
    const target = place * circles + (own ? source % circles : Math.floor(random() * circles));
    return [`m${source}`, `m${target}`, 0.9 ** Math.floor(random() * 6) * (1 + Math.floor(random() * 4))];
  });
}
