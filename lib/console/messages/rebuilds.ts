import type { RuleChange } from '#lib/members/counted-rules.ts';
import type { RebuildView } from '#lib/rebuilds/rebuild-view.ts';
import type { CountingNotice } from '#lib/rebuilds/rules-change.ts';
import type { Lang, Localized } from './language.ts';

const zh = {
  title: '重新计数',
  lead: '把成员的计数与事件日志核对，不一致的改正。计数规则变了会自动开始，全部数完为止。',
  rulesChanged: (what: string) =>
    `计数规则变了：${what}。正在按新规则给所有成员重新计数，数完之前，这里的数字新旧规则混在一起。`,
  changes: {
    taxonomy: () => '哪些事件算什么行为',
    timeZone: (from: string, to: string) => `时区 ${from} → ${to}`,
    currency: (from: string, to: string) => `货币 ${from} → ${to}`,
    release: () => '新版本的计数方式',
  } satisfies Record<RuleChange, (from: string, to: string) => string> as Record<
    RuleChange,
    (from: string, to: string) => string
  >,
  changedBack: '改过，又改了回来',
  and: '，',
  counted: (members: string) => `已数 ${members} 位成员。`,
  waiting: '等按旧规则的处理全部结束，会自动开始。',
  stopped: (why: string) => `上一次停下了（${why}），会自动继续。`,
  see: '查看进度',
  state: { running: '进行中', done: '完成', failed: '失败' } satisfies Record<
    RebuildView['state'],
    string
  > as Record<RebuildView['state'], string>,
  ofAll: '所有成员',
  ofSome: (members: string) => `${members} 位成员`,
  days: (from: string, to: string) => `${from} 至 ${to}`,
  progress: (done: string, of: string, members: string) => `${done} / ${of} 部分，已数 ${members} 位成员`,
  found: (members: string, items: string) => `${members} 位成员有改动，改正 ${items} 条`,
  failed: (members: string) => `${members} 位成员没能数成，原因在 recount 的日志里`,
};

const en: typeof zh = {
  title: 'Rebuilds',
  lead: 'Compares what is counted of members with the event log, and puts right what differs. A change of the counting rules starts it by itself, for all members.',
  rulesChanged: (what) =>
    `The counting rules have changed: ${what}. All members are being counted again by the new ones; until that is through, figures here are of both sorts.`,
  changes: {
    taxonomy: () => 'which events count as what',
    timeZone: (from, to) => `time zone ${from} → ${to}`,
    currency: (from, to) => `currency ${from} → ${to}`,
    release: () => 'how this release counts',
  },
  changedBack: 'they were changed, and changed back',
  and: ', ',
  counted: (members) => `Members counted: ${members}.`,
  waiting: 'It begins by itself when nothing counts by the rules before any more.',
  stopped: (why) => `It stopped (${why}), and goes on by itself.`,
  see: 'See how far it is',
  state: { running: 'Running', done: 'Done', failed: 'Failed' },
  ofAll: 'all members',
  ofSome: (members) => `members: ${members}`,
  days: (from, to) => `${from} to ${to}`,
  progress: (done, of, members) => `part ${done} of ${of}, members counted: ${members}`,
  found: (members, items) => `members that differed: ${members}, items put right: ${items}`,
  failed: (members) => `members that could not be counted: ${members}; the log of recount says why`,
};

export const rebuildMessages: Localized<typeof zh> = { zh, en };

/** Which rules have changed, in words. */
export function describeChange({ changed, from, to }: CountingNotice, lang: Lang): string {
  const { changes, changedBack, and } = rebuildMessages[lang];
  if (changed.length === 0) return changedBack;
  const before = from ?? to;
  return changed
    .map((what) => {
      const field = what === 'currency' ? 'currency' : 'timeZone';
      return changes[what](before[field], to[field]);
    })
    .join(and);
}
