import { FEATURES } from '#lib/features/catalogue.ts';
import type { TrainingTable } from '#lib/models/feature-tables.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';

/** Numbers of the standard normal distribution (Box and Muller). */
export function normal(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A column of so many numbers. */
export const column = (length: number, next: (i: number) => number): Float64Array =>
  Float64Array.from({ length }, (_, i) => next(i));

/** Members whose features are all 0 but those given. */
export function trainingTable(
  members: number,
  given: Partial<TrainingTable['columns']> & Partial<Pick<TrainingTable, 'paymentNext30' | 'activeNext30'>>,
): TrainingTable {
  return {
    userIds: Array.from({ length: members }, (_, i) => `user-${i}`),
    columns: Object.fromEntries(
      FEATURES.map((feature) => [feature, given[feature] ?? new Float64Array(members)]),
    ) as TrainingTable['columns'],
    paymentNext30: given.paymentNext30 ?? new Float64Array(members),
    activeNext30: given.activeNext30 ?? new Uint8Array(members),
  };
}
