import {
  countRows,
  findNearestTwo,
  type NearestCentre,
  type RowBlocks,
  squaredDistance,
} from './distances.ts';

/** As scikit-learn's `max_iter`. */
export const MAX_ITERATIONS = 300;
// As scikit-learn's `tol`: centres that move less than this share of the rows' mean variance have settled.
export const TOLERANCE = 1e-4;
// Bounds take half the memory in 32 bits, and still are bounds when they are let out by more than that rounds.
const ROUND_UP = 1 + 2 ** -22;
const ROUND_DOWN = 1 - 2 ** -22;

/** Rows by their nearest centre. */
export interface Clustering {
  /** k × width */
  centres: Float64Array;
  /** the nearest centre of each row */
  labels: Uint8Array;
  /** rows per centre, by weight */
  sizes: Float64Array;
  /** sum of the squared distances of the rows to their centres, by weight */
  inertia: number;
  /** how often the centres were moved */
  iterations: number;
  /** whether they had settled before the iterations were used up */
  converged: boolean;
}

/**
 * Lloyd's iterations from given centres, without most of the distances: a row whose own centre is surely nearer
 * than any other is not looked at. Greg Hamerly, Making k-means even faster, SDM 2010. A centre that loses all its
 * rows stays where it is.
 * @param starts k × width, k up to 256
 * @param tolerance 0 goes on until no row changes its centre
 * @param maxIterations at least 1; a clustering that takes more is answered as it is then, `converged` false
 */
export function hamerly(
  rows: RowBlocks,
  starts: Float64Array,
  tolerance = TOLERANCE,
  maxIterations = MAX_ITERATIONS,
): Clustering {
  const { width, blocks, weights } = rows;
  const k = starts.length / width;
  const count = countRows(rows);
  const centres = starts.slice();
  const labels = new Uint8Array(count);
  // Bounds are distances, not squares: at most `upper` to the own centre, at least `lower` to any other.
  const upper = new Float32Array(count);
  const lower = new Float32Array(count);
  const sums = new Float64Array(k * width);
  const sizes = new Float64Array(k);
  const nearest: NearestCentre = { label: 0, least: 0, second: 0 };

  let [squares, total] = [0, 0];
  for (let b = 0, i = 0; b < blocks.length; b += 1) {
    const block = blocks[b]!;
    for (let at = 0; at < block.length; at += width, i += 1) {
      findNearestTwo(block, at, centres, width, nearest);
      const { label } = nearest;
      labels[i] = label;
      upper[i] = Math.sqrt(nearest.least) * ROUND_UP;
      lower[i] = Math.sqrt(nearest.second) * ROUND_DOWN;
      const weight = weights === undefined ? 1 : weights[i]!;
      sizes[label]! += weight;
      total += weight;
      for (let j = 0, c = label * width; j < width; j += 1, c += 1) {
        const x = block[at + j]!;
        sums[c]! += weight * x;
        squares += weight * x * x;
      }
    }
  }

  const enough = tolerance * computeMeanVariance(sums, squares, total, width);
  const moved = new Float64Array(k);
  const halfGap = new Float64Array(k);
  let iterations = 0;
  let converged = false;
  for (; !converged && iterations < maxIterations; iterations += 1) {
    converged = moveCentres(centres, sums, sizes, moved) <= enough;
    writeHalfGaps(centres, width, halfGap);
    const { first, farthest, runnerUp } = findFarthestTwo(moved);
    for (let b = 0, i = 0; b < blocks.length; b += 1) {
      const block = blocks[b]!;
      for (let at = 0; at < block.length; at += width, i += 1) {
        const old = labels[i]!;
        const up = upper[i]! + moved[old]!;
        const low = lower[i]! - (old === first ? runnerUp : farthest);
        const safe = Math.max(low, halfGap[old]!);
        upper[i] = up * ROUND_UP;
        lower[i] = low * (low > 0 ? ROUND_DOWN : ROUND_UP);
        if (up <= safe) continue;
        const exact = Math.sqrt(squaredDistance(block, at, centres, old * width, width));
        upper[i] = exact * ROUND_UP;
        if (exact <= safe) continue;
        findNearestTwo(block, at, centres, width, nearest);
        upper[i] = Math.sqrt(nearest.least) * ROUND_UP;
        lower[i] = Math.sqrt(nearest.second) * ROUND_DOWN;
        const { label } = nearest;
        if (label === old) continue;
        labels[i] = label;
        const weight = weights === undefined ? 1 : weights[i]!;
        sizes[old]! -= weight;
        sizes[label]! += weight;
        for (let j = 0, from = old * width, to = label * width; j < width; j += 1, from += 1, to += 1) {
          const x = weight * block[at + j]!;
          sums[from]! -= x;
          sums[to]! += x;
        }
      }
    }
  }
  const inertia = computeInertia(centres, sums, sizes, squares);
  return { centres, labels, sizes, inertia, iterations, converged };
}

/** Σ‖x − c‖² = Σ‖x‖² − 2 Σ c·S + Σ n‖c‖², where S is the sum of a centre's n rows. */
function computeInertia(
  centres: Float64Array,
  sums: Float64Array,
  sizes: Float64Array,
  squares: number,
): number {
  const width = centres.length / sizes.length;
  let inertia = squares;
  for (let c = 0; c < centres.length; c += 1) {
    const centre = centres[c]!;
    inertia += centre * (sizes[Math.floor(c / width)]! * centre - 2 * sums[c]!);
  }
  return Math.max(0, inertia);
}

/** Moves every centre to the mean of its rows, notes how far each went, and answers the sum of the squares of that. */
function moveCentres(
  centres: Float64Array,
  sums: Float64Array,
  sizes: Float64Array,
  moved: Float64Array,
): number {
  const width = centres.length / sizes.length;
  let total = 0;
  for (let label = 0; label < sizes.length; label += 1) {
    const size = sizes[label]!;
    let squared = 0;
    for (let j = 0, c = label * width; j < width && size > 0; j += 1, c += 1) {
      const mean = sums[c]! / size;
      squared += (mean - centres[c]!) ** 2;
      centres[c] = mean;
    }
    moved[label] = Math.sqrt(squared);
    total += squared;
  }
  return total;
}

/** Half the distance from each centre to the nearest other one: no row within it can belong elsewhere. */
function writeHalfGaps(centres: Float64Array, width: number, halfGap: Float64Array): void {
  for (let a = 0; a < halfGap.length; a += 1) {
    let least = Number.POSITIVE_INFINITY;
    for (let b = 0; b < halfGap.length; b += 1) {
      if (b !== a) least = Math.min(least, squaredDistance(centres, a * width, centres, b * width, width));
    }
    halfGap[a] = Math.sqrt(least) / 2;
  }
}

function findFarthestTwo(moved: Float64Array): { first: number; farthest: number; runnerUp: number } {
  let [first, farthest, runnerUp] = [0, 0, 0];
  for (let label = 0; label < moved.length; label += 1) {
    const far = moved[label]!;
    if (far > farthest) {
      runnerUp = farthest;
      farthest = far;
      first = label;
    } else if (far > runnerUp) runnerUp = far;
  }
  return { first, farthest, runnerUp };
}

function computeMeanVariance(sums: Float64Array, squares: number, count: number, width: number): number {
  let squaredMeans = 0;
  for (let j = 0; j < width; j += 1) {
    let sum = 0;
    for (let c = j; c < sums.length; c += width) sum += sums[c]!;
    squaredMeans += (sum / count) ** 2;
  }
  return Math.max(0, squares / count - squaredMeans) / width;
}
