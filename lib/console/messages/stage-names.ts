import type { Stage } from '#lib/models/model-files.ts';
import type { Localized } from './language.ts';

const stageZh: Record<Stage, string> = {
  new: '新成员',
  active: '活跃',
  returning: '回归',
  silent: '沉默',
  churned: '流失',
};

const stageEn: typeof stageZh = {
  new: 'New',
  active: 'Active',
  returning: 'Returned',
  silent: 'Silent',
  churned: 'Churned',
};

/** What each stage of a member's life is called. */
export const stageNames: Localized<typeof stageZh> = { zh: stageZh, en: stageEn };
