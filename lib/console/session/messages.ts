import type { Localized } from '#lib/console/messages/language.ts';

const zh = {
  title: '登录',
  lead: '社群的今日、趋势与每一位成员。',
  key: '密钥',
  keyHint: '以 sk_ 开头，由所有者发给你',
  enter: '进入',
  refused: '这把密钥不认识，或者已经停用。写入密钥（wk_）只能记录事件，不能登录。',
  throttled: '这里的错误尝试太多了，请过十五分钟再来。',
  local: '在本机运行时，密钥就是启动时打印出来的那一把。',
  docs: '接口文档',
};

const en: typeof zh = {
  title: 'Sign in',
  lead: 'Your community today, its trends, and every member.',
  key: 'Secret key',
  keyHint: 'It begins with sk_; an owner gave it to you',
  enter: 'Sign in',
  refused: 'This key is unknown or revoked. Write keys (wk_) record events and do not sign in.',
  throttled: 'Too many wrong keys came from here. Come back in fifteen minutes.',
  local: 'On your own machine it is the key that the start printed.',
  docs: 'API reference',
};

export const signInMessages: Localized<typeof zh> = { zh, en };
