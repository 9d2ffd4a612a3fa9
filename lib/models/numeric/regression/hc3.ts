import { type LinearFit, predictRow } from './least-squares.ts';

/** A residual is not stretched further than by this, where a single row decides a coefficient alone. */
const MIN_FREEDOM = 1e-6;

/**
 * Standard errors that hold when the scatter differs from row to row, as payments' does: the sandwich HC3 (MacKinnon
 * and White, 1985; Long and Ervin, 2000), which weighs each squared residual by 1 / (1 − leverage)².
 */
export class Hc3 {
  readonly #fit: LinearFit;
  readonly #size: number;
  /** Σ q² u uᵀ over the rows, u the row in the orthonormal coordinates of the fit, with the intercept first */
  readonly #meat: Float64Array;
  readonly #u: Float64Array;

  /** @param fit of the rows that will be added */
  constructor(fit: LinearFit) {
    this.#fit = fit;
    this.#size = fit.kept.length + 1;
    this.#meat = new Float64Array(this.#size * this.#size);
    this.#u = new Float64Array(this.#size);
  }

  /** @param columns the columns of X, and y last */
  add(columns: readonly Float64Array[]): void {
    const y = columns.at(-1)!;
    const [u, size, meat] = [this.#u, this.#size, this.#meat];
    for (let i = 0; i < y.length; i += 1) {
      const leverage = this.#whiten(columns, i);
      const stretched = (y[i]! - predictRow(this.#fit, columns, i)) / Math.max(1 - leverage, MIN_FREEDOM);
      const weight = stretched * stretched;
      for (let a = 0; a < size; a += 1) {
        const weighted = weight * u[a]!;
        for (let b = a; b < size; b += 1) meat[a * size + b]! += weighted * u[b]!;
      }
    }
  }

  /** The standard errors of the intercept and then of the slopes. */
  standardErrors(): number[] {
    const { rows, triangle, norms, means, kept } = this.#fit;
    // Rows of the inverse triangle, in the units of x; the centre's coordinate is 1 / √rows.
    const slopes = kept.map((_, k) => [0, ...inverseRow(triangle, k).map((x) => x / norms[k]!)]);
    const intercept = Array.from({ length: this.#size }, (_, a) =>
      means.reduce((sum, mean, k) => sum - mean * slopes[k]![a]!, a === 0 ? 1 / Math.sqrt(rows) : 0),
    );
    return [intercept, ...slopes].map((row) => Math.sqrt(Math.max(0, this.#quadratic(row))));
  }

  /** Row i in orthonormal coordinates, into #u; answers its leverage. */
  #whiten(columns: readonly Float64Array[], i: number): number {
    const { rows, kept, means, norms, triangle } = this.#fit;
    const u = this.#u;
    u[0] = 1 / Math.sqrt(rows);
    let leverage = 1 / rows;
    for (let k = 0; k < kept.length; k += 1) {
      let own = (columns[kept[k]!]![i]! - means[k]!) / norms[k]!;
      for (let before = 0; before < k; before += 1) own -= triangle[before]![k]! * u[before + 1]!;
      own /= triangle[k]![k]!;
      u[k + 1] = own;
      leverage += own * own;
    }
    return leverage;
  }

  #quadratic(row: readonly number[]): number {
    const size = this.#size;
    let sum = 0;
    for (let a = 0; a < size; a += 1) {
      for (let b = a; b < size; b += 1) {
        sum += (a === b ? 1 : 2) * row[a]! * row[b]! * this.#meat[a * size + b]!;
      }
    }
    return sum;
  }
}

/** Row k of the inverse of an upper triangle. */
function inverseRow(triangle: readonly (readonly number[])[], k: number): number[] {
  const row = new Array<number>(triangle.length).fill(0);
  for (let j = k; j < row.length; j += 1) {
    let left = j === k ? 1 : 0;
    for (let i = k; i < j; i += 1) left -= row[i]! * triangle[i]![j]!;
    row[j] = left / triangle[j]![j]!;
  }
  return row;
}

const NORMAL_975 = 1.959963984540054;

/**
 * How many standard errors a 95 % confidence interval reaches to either side: the .975 quantile of Student's t.
 * Expansion 26.7.5 of Abramowitz and Stegun, right to 10⁻⁴ from 10 degrees of freedom on.
 */
export function tQuantile975(freedom: number): number {
  const z = NORMAL_975;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return terms.reduce((sum, term, i) => sum + term / freedom ** (i + 1), z);
}
