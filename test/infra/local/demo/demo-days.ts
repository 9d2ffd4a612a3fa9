import { demoCommunity } from '#infra/local/demo/community.ts';
import type { DemoGroup } from '#infra/local/demo/groups.ts';
import { createCalendar } from '#lib/events/calendar.ts';
import { anonymousPartition } from '#lib/events/ids.ts';
import { parseCalls } from '#lib/events/parse-request.ts';
import type { StoredEvent } from '#lib/events/stored-event.ts';
import { buildTaxonomy } from '#lib/events/taxonomy.ts';
import type { MemberDays } from '#lib/features/features.ts';
import { type Amounts, createCountingRules } from '#lib/members/contribution.ts';
import { foldLog } from '#test/lib/members/plain-fold.ts';

const rules = createCountingRules(buildTaxonomy(), createCalendar('Asia/Shanghai'), 'CNY');
const BATCH = 2_500;

/** What the demo's calls make of each member's days, as the tables would hold them, and the hidden groups. */
export function demoDays(options: Parameters<typeof demoCommunity>[0]): {
  asOf: string;
  days: Map<string, MemberDays>;
  groups: Map<string, DemoGroup>;
} {
  const { members, calls } = demoCommunity(options);
  const now = options.now.getTime();
  const events: StoredEvent[] = [];
  for (let from = 0; from < calls.length; from += BATCH) {
    const batch = calls.slice(from, from + BATCH);
    events.push(
      ...parseCalls({ batch }, 'batch', { now, retentionDays: 400, randomId: () => 'never' }).events,
    );
  }
  const owners = new Map<string, string>();
  for (const { anonymousId, userId } of calls) {
    if (anonymousId && userId) owners.set(anonymousPartition(anonymousId), userId);
  }
  const logs = Map.groupBy(events, ({ userId }) => owners.get(userId) ?? userId);
  return {
    asOf: rules.calendar.dateAt(now),
    days: new Map([...logs].map(([userId, log]) => [userId, buildDays(foldLog(log, rules).amounts)])),
    groups: new Map(members.map(({ userId, group }) => [userId, group])),
  };
}

const buildDays = (items: ReadonlyMap<string, Amounts>): MemberDays =>
  [...items]
    .filter(([sk]) => sk.startsWith('day#'))
    .map(([sk, amounts]) => ({ date: sk.slice(4), amounts }))
    .sort((a, b) => (a.date < b.date ? -1 : 1));
