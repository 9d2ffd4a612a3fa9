import type { Localized } from '#lib/console/messages/language.ts';
import type { Need } from '#lib/models/model-files.ts';

type FormatNeed = (have: string, need: string, missing: string) => string;

const insufficientDataZh = {
  title: '数据还不够，先不给数字',
  lead: '数据太少时给出的模型只会误导人。还差这些：',
  needs: {
    members: (have, need) => `成员：现在 ${have} 位，需要 ${need} 位`,
    historyDays: (_, need, missing) => `还需 ${missing} 天历史（一共 ${need} 天）`,
    payers: (have, need) => `付过费的成员：现在 ${have} 位，需要 ${need} 位`,
    stayed: (have, need) => `留下来的成员：样本里 ${have} 位，需要 ${need} 位`,
    left: (have, need) => `离开的成员：样本里 ${have} 位，需要 ${need} 位`,
    ties: (have, need) => `成员之间的互动：现在 ${have} 对，需要 ${need} 对`,
  } satisfies Record<Need['what'], FormatNeed> as Record<Need['what'], FormatNeed>,
  when: (date: string) => `照现在的情况，大约 ${date} 就够了。`,
  hint: '导入历史数据可以更快。',
  none: '还没有这个模型',
};

const insufficientDataEn: typeof insufficientDataZh = {
  title: 'Not enough data yet, so no figures',
  lead: 'A model of too little would only mislead. This is missing:',
  needs: {
    members: (have, need) => `Members: ${have} now, ${need} needed`,
    historyDays: (_, need, missing) => `${missing} more days of history (${need} in all)`,
    payers: (have, need) => `Members who have paid: ${have} now, ${need} needed`,
    stayed: (have, need) => `Members who stayed: ${have} in the sample, ${need} needed`,
    left: (have, need) => `Members who left: ${have} in the sample, ${need} needed`,
    ties: (have, need) => `Pairs who interact: ${have} now, ${need} needed`,
  },
  when: (date) => `As it goes, that will be around ${date}.`,
  hint: 'Importing history gets there sooner.',
  none: 'There is no such model yet',
};

export const insufficientDataMessages: Localized<typeof insufficientDataZh> = {
  zh: insufficientDataZh,
  en: insufficientDataEn,
};
