import type { Localized } from '#lib/console/messages/language.ts';

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
