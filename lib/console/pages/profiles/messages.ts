import type { Localized } from '#lib/console/messages/language.ts';

const zh = {
  title: '画像',
  lead: (profiles: string, members: string) => `${members} 位成员，按行为分成 ${profiles} 种画像。`,
  first: '这是第一次划分。',
  moved: (share: string) => `与上一次相比，${share} 的成员换了画像。`,
  agreement: (value: string) => `两次划分的一致程度 ${value}（调整兰德指数，1 为完全一致）`,
  chosen: {
    silhouette: '种数由轮廓系数选出',
    configuration: '种数由配置给定',
    fallback: '种数取默认值',
  },
  notConverged: (iterations: string) =>
    `分组在 ${iterations} 次迭代后还没有稳定下来，个别成员可能在两种画像之间摇摆，请把边界上的结果当作近似值。`,
  members: (count: string, share: string) => `${count} 位 · ${share}`,
  differsHow: '单位是标准差：0 是社群平均，正数是高于平均。',
  feature: '特征',
  z: '标准差',
  examples: '典型成员',
  all: '查看全部成员',
  rename: '改名',
  renameHow: '改过的名字在以后每次重新划分时都会保留。留空就用系统起的名字。',
  zh: '中文名',
  en: '英文名',
  own: (name: string) => `系统起的名字：${name}`,
  save: '保存',
  sizes: '各画像的人数',
  sizesHow: '每位成员属于离得最近的那一种。',
  profile: '画像',
  count: '人数',
  share: '占比',
  tooLong: (most: number) => `名字最多 ${most} 个字`,
};

const en: typeof zh = {
  title: 'Profiles',
  lead: (profiles, members) => `${members} members in ${profiles} profiles, by what they do.`,
  first: 'This is the first division.',
  moved: (share) => `${share} of members changed profile since the last one.`,
  agreement: (value) => `The two divisions agree by ${value} (adjusted Rand index; 1 is the same)`,
  chosen: {
    silhouette: 'the number of profiles was chosen by silhouette',
    configuration: 'the number of profiles is configured',
    fallback: 'the number of profiles is the default',
  },
  notConverged: (iterations) =>
    `The division had not settled after ${iterations} iterations: take who lies between two profiles as approximate.`,
  members: (count, share) => `${count} members · ${share}`,
  differsHow: 'In standard deviations: 0 is the average of the community, above it is more.',
  feature: 'Feature',
  z: 'Standard deviations',
  examples: 'Typical members',
  all: 'All members of it',
  rename: 'Rename',
  renameHow: 'A name you give stays through every new division. Leave it empty to use our own.',
  zh: 'Name in Chinese',
  en: 'Name in English',
  own: (name) => `Our own name: ${name}`,
  save: 'Save',
  sizes: 'Members by profile',
  sizesHow: 'Every member belongs to the profile nearest to them.',
  profile: 'Profile',
  count: 'Members',
  share: 'Share',
  tooLong: (most) => `A name has at most ${most} letters`,
};

export const profilesMessages: Localized<typeof zh> = { zh, en };
