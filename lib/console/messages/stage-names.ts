import type { Stage } from '#lib/models/model-files.ts';
import type { InBoth } from './language.ts';

const zh: Record<Stage, string> = {
  new: '新成员',
  active: '活跃',
  returning: '回归',
  silent: '沉默',
  churned: '流失',
};

const en: typeof zh = {
  new: 'New',
  active: 'Active',
  returning: 'Returned',
  silent: 'Silent',
  churned: 'Churned',
};

/** What each stage of a member's life is called. */
export const stageWords: InBoth<typeof zh> = { zh, en };
