import type { Localized } from '#lib/console/messages/language.ts';
import type { Need } from '#lib/models/schema.ts';

/** The pages of the navigation, in order. */
export const NAV_ITEMS = [
  'today',
  'trends',
  'profiles',
  'members',
  'value',
  'feedback',
  'imports',
  'settings',
] as const;
export type NavItem = (typeof NAV_ITEMS)[number];

const zh = {
  product: '知群',
  skip: '跳到正文',
  rail: '页面',
  navItems: {
    today: '今日',
    trends: '趋势',
    profiles: '画像',
    members: '成员',
    value: '价值',
    feedback: '反馈',
    imports: '导入',
    settings: '设置',
  } satisfies Record<NavItem, string> as Record<NavItem, string>,
  reportDate: (through: string, made: string) => `数据截至 ${through} 24:00 · ${made} 生成`,
  noFigures: '还没有生成过数据',
  otherLang: 'English',
  theme: { auto: '跟随系统', light: '浅色', dark: '深色' },
  themeTitle: '外观',
  signOut: '退出',
  ownerSecret: '所有者主密钥',
  search: '按编号、名字、资料找成员',
  stale: (through: string) => `昨夜没有生成新数据，这里是截至 ${through} 的数据。`,
  runFailed: (step: string) => `最近一次生成在“${step}”这一步失败，下面仍是之前的数据。`,
  toRuns: '查看原因并重试',
  table: '表格',
  csv: 'CSV',
  how: '怎么算的',
  noData: '这段时间没有数据',
  error: {
    forbidden: '这一步需要更高的权限',
    forbiddenHow: (needed: string, yours: string) =>
      `需要“${needed}”权限的密钥，你现在用的是“${yours}”。请所有者为你建一把。`,
    notFound: '没有这个页面',
    notFoundHow: '地址可能写错了，或者它指的东西已经不在。',
    stale: '这个页面放得太久了',
    staleHow: '为了安全，表单只在登录期间有效。回到上一页，刷新后再试一次。',
    unavailable: '存储暂时没有回应',
    unavailableHow: '稍等一会儿再刷新。如果一直这样，请看云端告警。',
    internal: '我们这边出错了',
    internalHow: '已经记录下来。反馈时请附上编号：',
    invalid: '填写的内容有问题',
    back: '回到今日',
    retry: '再试一次',
  },
};

const en: typeof zh = {
  product: 'zhiqun',
  skip: 'Skip to content',
  rail: 'Pages',
  navItems: {
    today: 'Today',
    trends: 'Trends',
    profiles: 'Profiles',
    members: 'Members',
    value: 'Value',
    feedback: 'Feedback',
    imports: 'Imports',
    settings: 'Settings',
  },
  reportDate: (through, made) => `Figures through ${through} · made ${made}`,
  noFigures: 'No figures have been made yet',
  otherLang: '中文',
  theme: { auto: 'As the system', light: 'Light', dark: 'Dark' },
  themeTitle: 'Appearance',
  signOut: 'Sign out',
  ownerSecret: 'Owner secret',
  search: 'Find a member: id, name, trait',
  stale: (through) => `No new figures were made last night; these go through ${through}.`,
  runFailed: (step) => `The latest run failed at “${step}”; what you see is from before.`,
  toRuns: 'See why, and try again',
  table: 'Table',
  csv: 'CSV',
  how: 'How it is computed',
  noData: 'Nothing in this period',
  error: {
    forbidden: 'This needs more rights',
    forbiddenHow: (needed, yours) =>
      `It takes a key with the role ${needed}; yours is ${yours}. Ask an owner to make you one.`,
    notFound: 'There is no such page',
    notFoundHow: 'The address may be mistyped, or what it names is gone.',
    stale: 'This page is too old',
    staleHow: 'Forms work only while you are signed in. Go back, reload the page and try again.',
    unavailable: 'A store does not answer right now',
    unavailableHow: 'Wait a moment and reload. If it stays like this, look at the alarms.',
    internal: 'Something went wrong on our side',
    internalHow: 'It has been logged. When you report it, quote:',
    invalid: 'Something you entered is not right',
    back: 'Back to Today',
    retry: 'Try again',
  },
};

/** Texts of the layout around every page. */
export const layoutMessages: Localized<typeof zh> = { zh, en };

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
