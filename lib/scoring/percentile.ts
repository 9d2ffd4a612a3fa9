import type { CommunityModel } from '#lib/models/model-files.ts';

/** Looks up which share of the community's members has a lower count, those with the same one counting half. */
export type Percentile = (count: number) => number;

/**
 * The percentile by the community's spread. A count that no member had at night lies between those that some had.
 * @returns a share between 0 and 1
 */
export function createPercentile({ counts, shares }: CommunityModel['activityPercentiles']): Percentile {
  const values = Float64Array.from(counts);
  const exact = Float64Array.from(shares);
  const below = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i += 1) {
    // The share at a count is what lies below it and half of those on it, so the other half lies below the next.
    const next = 2 * exact[i]! - below[i]!;
    below[i + 1] = Math.min(Math.max(next, exact[i]!), exact[i + 1] ?? 1);
  }
  return (count) => {
    let [low, high] = [0, values.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle]! < count) low = middle + 1;
      else high = middle;
    }
    return values[low] === count ? exact[low]! : below[low]!;
  };
}
