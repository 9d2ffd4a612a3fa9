import { FEATURES, type FeatureName } from '#lib/features/features.ts';
import type { FeatureTable, Partitions, TrainingTable } from '#lib/models/feature-tables.ts';
import { memberHash } from '#lib/platform/member-share.ts';

/** Members who had not left yet, and whether they then did; in an order that is random but for the seed. */
interface StayingSample {
  columns: FeatureTable['columns'];
  churned: (0 | 1)[];
}

interface SampledMember {
  share: number;
  userId: string;
  values: Float64Array;
  churned: 0 | 1;
}

/**
 * Draws from the members who were active or silent, those with the lowest hashes of their ids; all of them if there
 * are no more. One pass, in memory for twice the sample; how the rows are cut into parts does not matter.
 * @param churnedDays who has done nothing for so many days has left before
 * @param most size of the sample
 */
export async function drawStayingSample(
  training: Partitions<TrainingTable>,
  { churnedDays, most, seed }: { churnedDays: number; most: number; seed: number },
): Promise<StayingSample> {
  let sample: SampledMember[] = [];
  let highest = Number.POSITIVE_INFINITY;
  const cut = () => {
    sample.sort((a, b) => a.share - b.share || (a.userId < b.userId ? -1 : 1));
    if (sample.length < most) return;
    sample = sample.slice(0, most);
    highest = sample.at(-1)!.share;
  };
  for await (const { userIds, columns, activeNext30 } of training()) {
    for (const [i, userId] of userIds.entries()) {
      if (columns.recencyDays[i]! >= churnedDays) continue;
      const share = memberHash(userId, seed);
      if (share > highest) continue;
      const values = Float64Array.from(FEATURES, (feature) => columns[feature][i]!);
      sample.push({ share, userId, values, churned: activeNext30[i] === 0 ? 1 : 0 });
      if (sample.length >= 2 * most) cut();
    }
  }
  cut();
  return {
    columns: Object.fromEntries(
      FEATURES.map((feature, j) => [feature, Float64Array.from(sample, ({ values }) => values[j]!)]),
    ) as Record<FeatureName, Float64Array>,
    churned: sample.map(({ churned }) => churned),
  };
}
