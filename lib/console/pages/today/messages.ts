import type { Localized } from '#lib/console/messages/language.ts';
import { actionNames } from '#lib/console/messages/names.ts';
import type { ListName } from '#lib/reports/lists.ts';
import type { Kpi, WeekChange } from './kpis.ts';

type Others = Exclude<WeekChange['what'], keyof (typeof actionNames)['zh']>;

const zh = {
  title: '今日',
  figures: '社群现状',
  kpis: {
    dau: '日活',
    mau: '月活',
    stickiness: '黏性',
    activity: '社群活跃度',
    retention: '月留存',
    revenue30: '30 天净收入',
  } satisfies Record<Kpi['id'], string> as Record<Kpi['id'], string>,
  how: {
    dau: '昨天至少做过一件事的成员数。',
    mau: '到昨天为止 30 天里至少做过一件事的成员数。',
    stickiness: '日活 ÷ 月活：月活成员里昨天也来了的比例。',
    activity: '30 天里的发帖、回复、点赞、参加活动之和 ÷ 成员数。',
    retention: '这个月还活跃的上月活跃成员 ÷ 上月活跃成员；取最近一个完整的自然月。',
    revenue30: '30 天里的付款减去退款。',
  } satisfies Record<Kpi['id'], string> as Record<Kpi['id'], string>,
  made: (numerator: string, denominator: string) => `${numerator} ÷ ${denominator}`,
  against: { week: '比一周前', month: '比上月' },
  points: (text: string) => `${text} 个百分点`,
  same: '持平',
  unknownBefore: '还没有可比的数据',
  members: (count: string) => `${count} 位成员`,
  change: (what: string, up: boolean, share: string, now: string, before: string) =>
    `近 7 天${what}${up ? '增加' : '减少'}了 ${share}：${now}，前一周 ${before}。`,
  changeName: { ...actionNames.zh, joined: '新成员', payers: '付费成员', revenueMinor: '净收入' } as Record<
    Others | keyof typeof actionNames.zh,
    string
  >,
  noChange: '这一周没有明显的变化，和前几周差不多。',
  seeTrend: '看趋势',
  look: '该看看的人',
  lists: {
    atRiskAndValuable: '高价值，有流失风险',
    rising: '正在升温',
    newAndStuck: '新加入，但卡住了',
    topHelpers: '本周最热心的答疑者',
  } satisfies Record<ListName, string> as Record<ListName, string>,
  noneListed: {
    atRiskAndValuable: '没有高价值成员快要离开。',
    rising: '没有人明显比上个月更活跃。',
    newAndStuck: '新成员都跟上了。',
    topHelpers: '这一周还没有人答疑。',
  } satisfies Record<ListName, string> as Record<ListName, string>,
  all: (count: string) => `全部 ${count} 位`,
  first: (count: string) => `前 ${count} 位`,
  done: '社群做了什么',
  doneHow: '近 30 天每天的行为次数，按种类相加；讨论包括发帖、回复和采纳。',
  groups: { talk: '讨论', like: '点赞', learn: '浏览与学习', rest: '活动与交易' },
  day: '日期',
  quality: '数据质量',
  allWell: '一切正常',
  lastDay: '最近有数据的一天',
  restated: (changes: string, against: string) => `与 ${against} 的报告相比，${changes} 个过去的数字有更正`,
  notRestated: '过去的数字没有变化',
  foreign: (count: string) => `${count} 笔外币订单没有计入收入`,
  deadLetters: (count: string) => `${count} 条事件处理失败，等待重放`,
  audited: (checked: string) => `${checked} 位成员的计数已与事件日志核对，全部一致`,
  differing: (count: string, checked: string) =>
    `核对 ${checked} 位成员，${count} 位的计数与事件日志不一致，已经改正`,
  notAudited: '这一次没有完成计数核对',
  audit: '计数核对',
  rebuilding: '生成这份报告时，成员还没有全部按现在的规则数完：数字新旧混在一起，数完后的下一夜会更正',
  late: '来得太晚的事件',
  lateHow: (count: string) => `${count} 条，所属日期已封存，已保存，不再改变计数`,
  imports: (imported: string, refused: string) => `导入 ${imported} 行，拒绝 ${refused} 行`,
  quiet: (day: string) => `自 ${day} 以后没有任何事件进来`,
  lastRun: '最近一次生成',
  more: '详情',
};

const en: typeof zh = {
  title: 'Today',
  figures: 'How the community is',
  kpis: {
    dau: 'Active yesterday',
    mau: 'Active in 30 days',
    stickiness: 'Stickiness',
    activity: 'Community activity',
    retention: 'Monthly retention',
    revenue30: 'Net revenue, 30 days',
  },
  how: {
    dau: 'Members who did at least one thing yesterday.',
    mau: 'Members who did at least one thing in the 30 days up to yesterday.',
    stickiness: 'Active yesterday ÷ active in 30 days.',
    activity: 'Posts, replies, likes and events joined in 30 days ÷ members.',
    retention:
      'Members active this month who were active last month ÷ members active last month; of the last complete calendar month.',
    revenue30: 'Payments less refunds of 30 days.',
  },
  made: (numerator, denominator) => `${numerator} ÷ ${denominator}`,
  against: { week: 'on a week ago', month: 'on the month before' },
  points: (text) => `${text} points`,
  same: 'unchanged',
  unknownBefore: 'nothing to compare with yet',
  members: (count) => `${count} members`,
  change: (what, up, share, now, before) =>
    `${what} ${up ? 'rose' : 'fell'} by ${share} in the last 7 days: ${now}, after ${before} the week before.`,
  changeName: {
    ...actionNames.en,
    joined: 'New members',
    payers: 'Paying members',
    revenueMinor: 'Net revenue',
  },
  noChange: 'Nothing stands out this week; it is much like the weeks before.',
  seeTrend: 'See the trend',
  look: 'People to look at',
  lists: {
    atRiskAndValuable: 'Valuable, and about to leave',
    rising: 'Warming up',
    newAndStuck: 'New, and stuck',
    topHelpers: "This week's most helpful",
  },
  noneListed: {
    atRiskAndValuable: 'No valuable member is about to leave.',
    rising: 'Nobody is clearly more active than the month before.',
    newAndStuck: 'All new members have got going.',
    topHelpers: 'Nobody has answered anyone this week.',
  },
  all: (count) => `All ${count}`,
  first: (count) => `First ${count}`,
  done: 'What the community did',
  doneHow:
    'Actions per day of the last 30 days, summed by kind; talk is posts, replies and answers accepted.',
  groups: { talk: 'Talk', like: 'Likes', learn: 'Views and lessons', rest: 'Events and orders' },
  day: 'Day',
  quality: 'Data quality',
  allWell: 'All is well',
  lastDay: 'Last day with data',
  restated: (changes, against) => `${changes} past figures were corrected since the report of ${against}`,
  notRestated: 'No past figure has changed',
  foreign: (count) => `${count} orders in other currencies are not in the revenue`,
  deadLetters: (count) => `${count} events failed and wait to be replayed`,
  audited: (checked) => `the counts of ${checked} members were compared with the event log, and agree`,
  differing: (count, checked) =>
    `Of ${checked} members compared with the event log, the counts of ${count} were wrong. They are right now`,
  notAudited: 'Counts were not compared with the event log this time',
  audit: 'Counts checked',
  rebuilding:
    'When these figures were made, not all members were counted by the rules of now: they are of both sorts, and right from the next night after that',
  late: 'Events that came too late',
  lateHow: (count) => `${count} of days that are closed: kept, and they change no count`,
  imports: (imported, refused) => `${imported} rows imported, ${refused} refused`,
  quiet: (day) => `No event at all since ${day}`,
  lastRun: 'Last run',
  more: 'Details',
};

export const todayMessages: Localized<typeof zh> = { zh, en };

const welcomeZh = {
  title: '欢迎',
  lead: '还没有收到任何事件。接上一个应用，或者导入历史数据，这一页就会变成“今日”。',
  arrived:
    '第一批事件已经到了。报告只算过完的日子，今天的会在明早 03:00 进入报告；导入了历史数据的话，可以现在就生成。',
  key: '写入密钥',
  keyHow: '应用用写入密钥（wk_）发送事件。密钥只在创建时显示一次。',
  makeKey: '新建一把写入密钥',
  askOwner: '请所有者在“设置”里新建一把写入密钥。',
  send: '接入应用',
  sendHow: '任何 Segment SDK 都可以：把地址指向这里，用写入密钥即可。',
  history: '导入历史数据',
  historyHow: '小鹅通、Moodle、Stack Exchange 和订单表可以直接导入，其他表格在页面上配对列名即可。',
  toImports: '导入文件',
  waiting: '正在等待第一个事件…',
};

const welcomeEn: typeof welcomeZh = {
  title: 'Welcome',
  lead: 'No event has come yet. Connect an app or import history, and this page turns into Today.',
  arrived:
    'The first events are here. Reports count days that are over: today is in the one of 03:00 tomorrow. With imported history you can make one now.',
  key: 'Write key',
  keyHow: 'Apps send events with a write key (wk_). A key is shown once, when it is made.',
  makeKey: 'Make a write key',
  askOwner: 'Ask an owner to make a write key in Settings.',
  send: 'Connect an app',
  sendHow: 'Any Segment SDK will do: point it here and use the write key.',
  history: 'Import history',
  historyHow:
    'Xiaoe-tech, Moodle, Stack Exchange and order tables are read as they are; for others you match the columns on a page.',
  toImports: 'Import a file',
  waiting: 'Waiting for the first event…',
};

export const welcomeMessages: Localized<typeof welcomeZh> = { zh: welcomeZh, en: welcomeEn };
