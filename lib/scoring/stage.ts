import type { OwnFeatures } from '#lib/features/features.ts';
import type { Stage, StageThresholds } from '#lib/models/model-files.ts';

/** What counts as new, silent and churned where no lifecycle model says otherwise. */
export const DEFAULT_THRESHOLDS: StageThresholds = { newDays: 14, silentDays: 14, churnedDays: 45 };

type Times = Pick<OwnFeatures, 'tenureDays' | 'recencyDays' | 'returnGapDays'>;

/**
 * The stage of a member's life in the community (生命周期): new, churned and silent by the days since the first and
 * the last action; returning is active again after a gap as long as that of the churned.
 */
export function classifyStage({ tenureDays, recencyDays, returnGapDays }: Times, at: StageThresholds): Stage {
  if (tenureDays < at.newDays) return 'new';
  if (recencyDays >= at.churnedDays) return 'churned';
  if (recencyDays >= at.silentDays) return 'silent';
  return returnGapDays >= at.churnedDays ? 'returning' : 'active';
}
