import { FEATURES, type FeatureName } from '#lib/features/catalogue.ts';
import type { FeatureTable } from '#lib/models/feature-tables.ts';
import type { Partitions } from '#lib/models/numeric/partitions.ts';
import type { CommunityModel } from './schema.ts';

/** How often each value occurs, in order of value. */
interface Distribution {
  values: number[];
  counts: number[];
  total: number;
}

/**
 * What a member is compared with: the community's size, the exact means and medians of its features, and the spread of
 * interactions. One pass; memory holds one counter per different value, which the members share but for money. The
 * result does not depend on how the members are cut into parts. A community of nobody has means and medians of 0.
 */
export async function fitCommunity(
  parts: Partitions<FeatureTable>,
  { asOf }: { asOf: string },
): Promise<Omit<CommunityModel, 'version'>> {
  const counted = new Map(FEATURES.map((feature) => [feature, new Map<number, number>()]));
  const interactions = new Map<number, number>();
  let members = 0;
  for await (const { userIds, columns } of parts()) {
    members += userIds.length;
    for (const [feature, counts] of counted) for (const value of columns[feature]) countValue(counts, value);
    const { posts30, replies30, likes30, attends30 } = columns;
    for (let i = 0; i < userIds.length; i += 1) {
      countValue(interactions, posts30[i]! + replies30[i]! + likes30[i]! + attends30[i]!);
    }
  }
  const spreads = [...counted].map(([feature, counts]) => [feature, buildDistribution(counts)] as const);
  const figures = (figure: (spread: Distribution) => number) =>
    Object.fromEntries(spreads.map(([feature, spread]) => [feature, figure(spread)])) as Record<
      FeatureName,
      number
    >;
  return {
    kind: 'community',
    format: 1,
    asOf,
    members,
    status: 'fitted',
    activityPercentiles: computePercentiles(buildDistribution(interactions)),
    means: figures(computeMean),
    medians: figures(computeMedian),
  };
}

/** NaN is not counted. */
function countValue(counts: Map<number, number>, value: number): void {
  if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
}

function buildDistribution(counted: ReadonlyMap<number, number>): Distribution {
  const values = [...counted.keys()].sort((a, b) => a - b);
  const counts = values.map((value) => counted.get(value)!);
  return { values, counts, total: counts.reduce((sum, count) => sum + count, 0) };
}

function computeMean({ values, counts, total }: Distribution): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i]! * counts[i]!;
  return total === 0 ? 0 : sum / total;
}

/** The middle one, or the mean of the two in the middle. */
function computeMedian(spread: Distribution): number {
  if (spread.total === 0) return 0;
  const [low, high] = [(spread.total - 1) >> 1, spread.total >> 1];
  return (valueAt(spread, low) + valueAt(spread, high)) / 2;
}

/** @param position counted from 0 in order of value */
function valueAt({ values, counts }: Distribution, position: number): number {
  let i = 0;
  for (let passed = counts[0]!; passed <= position; passed += counts[i]!) i += 1;
  return values[i]!;
}

function computePercentiles({ values, counts, total }: Distribution): CommunityModel['activityPercentiles'] {
  let lower = 0;
  const shares = counts.map((count) => {
    const share = (lower + count / 2) / total;
    lower += count;
    return share;
  });
  return { counts: values, shares };
}
