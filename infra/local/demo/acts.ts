import { createRandom, type Random } from '#infra/local/host/random.ts';
import { GROUP_PLANS, VISIT_ACTIONS, type VisitAction } from './groups.ts';
import type { Person } from './people.ts';
import { activityLevel, clampToDay, type Days, drawMoment, PROMOTION, TODAY } from './rhythm.ts';

/** An order as planned; `price` in yuan after the coupon. */
export interface Purchase {
  price: number;
  kind: 'course' | 'membership' | 'renewal' | 'camp';
  coupon?: { code: string; discount: number };
  refunded?: true;
}

/** Something one member does at one moment; who it is aimed at is decided later, in the order of time. */
export interface Act {
  /** index of the person */
  who: number;
  /** milliseconds since 1970 */
  at: number;
  what:
    | VisitAction
    | 'look'
    | 'open'
    | 'join'
    | 'trial'
    | 'invite'
    | 'invited'
    | 'redeem'
    | 'nps'
    | 'coupon'
    | 'order'
    | 'refund';
  /** before signing up */
  anonymous?: true;
  purchase?: Purchase;
  /** order number, so that a refund finds its order */
  order?: number;
}

const DAY_MS = 86_400_000;

/** What a member does over the 120 days, orders apart; in no particular order. */
export function planVisits(seed: number, person: Person, days: Days): Act[] {
  const random = createRandom(seed, 'visits', person.userId);
  const acts = planArrival(person, days, random);
  for (const [first, last] of person.spans) {
    let since = 1;
    for (let day = first; day <= last; day += 1) {
      since += 1;
      // The last day of a span is a visit for certain: it is what ends it.
      const certain = day === last && last < TODAY;
      if (!certain && !random.chance(visitChance(person, day, since, days))) continue;
      acts.push(...visit(person, day, days, random));
      since = 0;
    }
  }
  acts.push(...planExtras(person, days, random));
  return acts.filter(({ at, anonymous }) => anonymous || at >= person.joinedAt);
}

/** Habits make visits more even than chance would: the longer somebody has been away, the likelier they come. */
function visitChance(person: Person, day: number, since: number, days: Days): number {
  const usual = GROUP_PLANS[person.group].visits * person.activityFactor;
  const habit = 0.34 + 0.92 * Math.min(3, since * usual);
  const fresh = day - person.joinDay < 3 ? 1.5 : 1;
  return Math.min(0.95, usual * habit * fresh * activityLevel(days, day));
}

function planArrival(person: Person, days: Days, random: Random): Act[] {
  const { index: who, joinedAt, joinDay } = person;
  const acts: Act[] = [];
  if (person.anonymousId !== undefined) {
    for (let looks = random.between(1, 4); looks > 0; looks -= 1) {
      const at = joinedAt - random.between(60_000, 2 * DAY_MS);
      acts.push({ who, at, what: 'look', anonymous: true });
    }
  }
  acts.push({ who, at: joinedAt, what: 'join' });
  if (person.inviter !== undefined)
    acts.push({ who, at: clampToDay(days, joinDay, joinedAt + 20_000), what: 'invited' });
  if (person.group !== 'leader' && random.chance(0.45)) {
    const at = joinedAt + random.between(60_000, DAY_MS);
    if (days.dayAt(at) <= TODAY) acts.push({ who, at: clampToDay(days, days.dayAt(at), at), what: 'trial' });
  }
  return acts;
}

function visit(person: Person, day: number, days: Days, random: Random): Act[] {
  const { index: who } = person;
  let at = drawMoment(days, day, random);
  if (day === person.joinDay) at = Math.max(at, person.joinedAt + 30_000);
  const acts: Act[] = [];
  const deeds = drawActions(person, day, random);
  // Apps report a screen only now and then; a visit without any deed is at least that.
  if (deeds.length === 0 || random.chance(0.35))
    acts.push({ who, at: clampToDay(days, day, at), what: 'open' });
  for (const what of deeds) {
    at += random.between(15_000, 240_000);
    acts.push({ who, at: clampToDay(days, day, at), what });
  }
  return acts;
}

function drawActions(person: Person, day: number, random: Random): VisitAction[] {
  const means = GROUP_PLANS[person.group].actions;
  const deeds: { deed: VisitAction; order: number }[] = [];
  for (const deed of VISIT_ACTIONS) {
    const looksOnly = day >= person.fadesFrom && deed !== 'view' && deed !== 'search';
    const mean = (means[deed] ?? 0) * person.activityFactor * (person.fadesFrom <= day ? 0.6 : 1);
    for (let left = looksOnly ? 0 : random.count(mean); left > 0; left -= 1)
      deeds.push({ deed, order: random.next() });
  }
  return deeds.sort((a, b) => a.order - b.order).map(({ deed }) => deed);
}

/** Now and then: an invitation, points spent, and the satisfaction survey in the week after the promotion. */
function planExtras(person: Person, days: Days, random: Random): Act[] {
  const { index: who, group } = person;
  const here = (day: number) => day > person.joinDay && person.spans.some(([a, b]) => day >= a && day <= b);
  const onDay = (day: number, what: Act['what']): Act[] =>
    here(day) ? [{ who, at: clampToDay(days, day, drawMoment(days, day, random)), what }] : [];
  const acts: Act[] = [];
  if (random.chance(group === 'lurker' || group === 'churner' ? 0.12 : 0.4)) {
    const day = PROMOTION[1] + random.between(1, 7);
    if (day < person.fadesFrom) acts.push(...onDay(day, 'nps'));
  }
  if (['talker', 'helper', 'learner'].includes(group) && random.chance(0.35)) {
    acts.push(...onDay(random.between(20, TODAY), 'redeem'));
  }
  return acts;
}
