import { type RowBlocks, squaredDistance } from './distances.ts';
import { type Clustering, hamerly } from './hamerly.ts';
import { drawWeighted } from './kmeans-plus-plus.ts';

const MAX_TRIALS = 16;
const MAX_VAIN_TRIALS = 8;

/**
 * Looks for a better clustering where Lloyd's iterations cannot: takes a centre away, puts it on a row drawn with a
 * chance in proportion to its squared distance from its own centre, iterates, and keeps what is better. Gives up after
 * eight trials in vain. Pasi Fränti, Efficiency of random swap clustering, Journal of Big Data 5, 2018.
 * @param sample rows in one block
 * @param tolerance of the iterations, as `hamerly` takes it
 * @param random uniform in [0, 1)
 */
export function improveByRandomSwaps(
  sample: RowBlocks,
  start: Clustering,
  tolerance: number,
  random: () => number,
): Clustering {
  const { width } = sample;
  const rows = sample.blocks[0]!;
  let best = start;
  let strain = computeSamplingWeights(sample, best);
  for (let trial = 0, vain = 0; trial < MAX_TRIALS && vain < MAX_VAIN_TRIALS; trial += 1) {
    const row = drawWeighted(strain, random() * best.inertia);
    const centres = best.centres.slice();
    const out = Math.floor(random() * best.sizes.length);
    centres.set(rows.subarray(row * width, (row + 1) * width), out * width);
    const other = hamerly(sample, centres, tolerance);
    vain += 1;
    if (other.inertia >= best.inertia) continue;
    vain = 0;
    best = other;
    strain = computeSamplingWeights(sample, best);
  }
  return best;
}

/** By row: weight × squared distance to its centre. */
function computeSamplingWeights(
  { width, blocks, weights }: RowBlocks,
  { centres, labels }: Clustering,
): Float64Array {
  return Float64Array.from(labels, (label, i) => {
    const weight = weights === undefined ? 1 : weights[i]!;
    return weight * squaredDistance(blocks[0]!, i * width, centres, label * width, width);
  });
}
