import { createRandom } from '#infra/local/host/random.ts';
import { type Act, planVisits } from './acts.ts';
import type { DemoGroup } from './groups.ts';
import { narrate } from './narrator.ts';
import { planPayments } from './payments.ts';
import { type Person, planPeople } from './people.ts';
import { daysUpTo } from './rhythm.ts';
import { buildTraits, type SegmentCall } from './segment-call.ts';

export const DEMO_NAME = '知群演示社群';
export const DEMO_SEED = 20_240;
export const DEMO_MEMBERS = 800;

export interface DemoMember {
  userId: string;
  /** hidden: steers the member, is never sent */
  group: DemoGroup;
  /** ISO 8601; the moment of signing up, before which there are only anonymous looks around */
  joinedAt: string;
  traits: Readonly<Record<string, unknown>>;
  /** present when they looked around before signing up */
  anonymousId?: string;
}

export interface DemoCommunity {
  name: string;
  members: DemoMember[];
  /** ordered by time, all within the 120 days before `now` */
  calls: SegmentCall[];
}

/**
 * An invented paid-knowledge community: about 30,000 calls of 800 members over the 120 days before `now`. The same
 * seed and calendar day (Asia/Shanghai) give the same calls to the byte, up to the moment of `now`; a later moment
 * of that day only adds to them. No clock and no other randomness.
 * @param members how many; the groups keep their shares
 * @throws RangeError when `now` is no date or there are fewer than 10 members
 */
export function demoCommunity(options: { now: Date; seed?: number; members?: number }): DemoCommunity {
  const { now, seed = DEMO_SEED, members = DEMO_MEMBERS } = options;
  if (Number.isNaN(now.getTime())) throw new RangeError('demo community: now is not a date');
  const days = daysUpTo(now);
  const people = planPeople(seed, members, days);
  const acts = people.map((person) => planVisits(seed, person, days));
  planInvitations(seed, people, acts);
  planPayments(seed, people, acts, days);
  const opening = days.dayStart(0);
  const inOrder = acts
    .flat()
    .filter(({ at }) => at >= opening)
    .sort((a, b) => a.at - b.at || a.who - b.who);
  const until = now.toISOString();
  return {
    name: DEMO_NAME,
    members: people
      .filter(({ joinedAt }) => joinedAt <= now.getTime())
      .map((person) => toDemoMember(person, buildTraits(person))),
    calls: narrate(seed, people, inOrder, days)
      .filter(({ timestamp }) => timestamp <= until)
      .sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0)),
  };
}

function planInvitations(seed: number, people: readonly Person[], acts: Act[][]): void {
  const random = createRandom(seed, 'invitations');
  for (const { inviter, joinedAt } of people) {
    if (inviter === undefined) continue;
    const at = joinedAt - random.between(600_000, 2 * 86_400_000);
    acts[inviter]!.push({ who: inviter, at, what: 'invite' });
  }
}

const toDemoMember = (person: Person, traits: DemoMember['traits']): DemoMember => ({
  userId: person.userId,
  group: person.group,
  joinedAt: new Date(person.joinedAt).toISOString(),
  traits,
  ...(person.anonymousId === undefined ? {} : { anonymousId: person.anonymousId }),
});
