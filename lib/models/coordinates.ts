import { type FeatureName, isLongTailed } from '#lib/features/catalogue.ts';
import type { Partitions } from '#lib/models/numeric/partitions.ts';
import type { FeatureTable } from './feature-tables.ts';
import type { Coordinate } from './schema.ts';

type Columns = FeatureTable['columns'];

/**
 * The z-scores that suit some members, from one pass over them: `log1p` on counts and money, then mean 0 and
 * (population) standard deviation 1 among those whose value is known. Features that are the same for all are left
 * out. The result does not depend on how the rows are cut into parts.
 * @param features those wanted; the result keeps their order
 */
export async function fitCoordinates(
  parts: Partitions<Pick<FeatureTable, 'columns'>>,
  features: readonly FeatureName[],
): Promise<Coordinate[]> {
  const spreads = features.map((feature) => ({
    feature,
    log: isLongTailed(feature),
    spread: new RunningSpread(),
  }));
  for await (const { columns } of parts()) {
    for (const { feature, log, spread } of spreads) {
      for (const x of columns[feature]) spread.add(log ? clampedLog1p(x) : x);
    }
  }
  return spreads.flatMap(({ feature, log, spread }) => {
    const { mean, sd } = spread.meanAndSd();
    return sd === 0 ? [] : [{ feature, log, mean, sd }];
  });
}

/** One value as a coordinate: `(log ? log1p(max(0, x)) : x − mean) / sd`, in standard deviations; NaN becomes 0, the mean. */
export function toCoordinate({ log, mean, sd }: Coordinate, x: number): number {
  if (Number.isNaN(x)) return 0;
  return ((log ? clampedLog1p(x) : x) - mean) / sd;
}

/**
 * One member's coordinates, written into `row` from `at` on, in the order of `coordinates`.
 * @param features in their own units; NaN is unknown
 */
export function writeRow(
  coordinates: readonly Coordinate[],
  features: Readonly<Record<FeatureName, number>>,
  row: Float64Array,
  at = 0,
): void {
  for (let j = 0; j < coordinates.length; j += 1) {
    const c = coordinates[j]!;
    row[at + j] = toCoordinate(c, features[c.feature]);
  }
}

/** Many members' coordinates: row i of `columns` is at `i × coordinates.length` of the result. */
export function toRows(coordinates: readonly Coordinate[], columns: Columns): Float64Array {
  const width = coordinates.length;
  const count = columns[coordinates[0]?.feature ?? 'posts30'].length;
  const rows = new Float64Array(count * width);
  for (let j = 0; j < width; j += 1) {
    const c = coordinates[j]!;
    const column = columns[c.feature];
    for (let i = 0, at = j; i < count; i += 1, at += width) rows[at] = toCoordinate(c, column[i]!);
  }
  return rows;
}

/** `log1p(max(0, x))`; most counts are 0, and their logarithm costs nothing. */
export const clampedLog1p = (x: number): number => (x > 0 ? Math.log1p(x) : x <= 0 ? 0 : Number.NaN);

/** Mean and standard deviation of what is added; sums are shifted by the first value, so that large ones cancel. */
export class RunningSpread {
  #count = 0;
  #origin = 0;
  #sum = 0;
  #squares = 0;
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;

  /** NaN is not counted. */
  add(value: number): void {
    if (Number.isNaN(value)) return;
    if (this.#count === 0) this.#origin = value;
    const shifted = value - this.#origin;
    this.#count += 1;
    this.#sum += shifted;
    this.#squares += shifted * shifted;
    if (value < this.#low) this.#low = value;
    if (value > this.#high) this.#high = value;
  }

  /** The standard deviation is of the population, and exactly 0 when all values are the same or there are none. */
  meanAndSd(): { mean: number; sd: number } {
    if (!(this.#high > this.#low)) return { mean: this.#origin, sd: 0 };
    const shift = this.#sum / this.#count;
    const variance = Math.max(0, this.#squares / this.#count - shift * shift);
    return { mean: this.#origin + shift, sd: Math.sqrt(variance) };
  }
}
