import { createRandom, type Random } from '#infra/local/host/random.ts';
import type { Act, Purchase } from './acts.ts';
import { type DemoGroup, GROUP_PLANS } from './groups.ts';
import { computeAmount, computeRuleInputs, drawPurchase, RULE_MONTH, roundToPrices } from './payment-rule.ts';
import type { Person } from './people.ts';
import { clampToDay, type Days, drawMoment, inPromotion, TODAY } from './rhythm.ts';

const MONTHS = [[0, 28], [29, 58], [59, 88], RULE_MONTH] as const;
const CAMP_PRICE = 1999;

/** Adds everyone's orders (and the few refunds) to what they do. */
export function planPayments(seed: number, people: readonly Person[], acts: Act[][], days: Days): void {
  for (const person of people)
    firstOrder(person, acts[person.index]!, days, createRandom(seed, 'first', person.userId));
  for (const [month, [from, to]] of MONTHS.entries()) {
    const random = createRandom(seed, 'month', month);
    const bound = people.filter((person) => person.joinDay < from && followsRule(person.group, month));
    const bases = bound.map((person) => computeRuleInputs(acts[person.index]!, from, days));
    const spent = roundToPrices(bound, bases, random);
    for (const [nth, person] of bound.entries()) {
      const own = acts[person.index]!;
      for (const purchase of spent[nth]!) placeOrder(person, purchase, from, to, own, days, random);
      if (random.chance(person.group === 'learner' ? 0.03 : 0.004))
        refundedOrder(person, from, to, own, days, random);
    }
  }
  ordersOfToday(people, acts, days, createRandom(seed, 'today'));
}

// Leavers and returners have all features 0 in the month of the rule, which is what it says they pay.
const followsRule = (group: DemoGroup, month: number): boolean =>
  month === 3 || (group === 'churner' || group === 'returning' ? month < 1 : true);

function firstOrder(person: Person, own: Act[], days: Days, random: Random): void {
  if (!random.chance(GROUP_PLANS[person.group].firstOrder)) return;
  // Within the month of joining, so that no month of the rule gets an order that is not by the rule.
  const end = MONTHS.find(([, to]) => person.joinDay <= to)?.[1] ?? TODAY;
  const last = Math.min(end, person.joinDay + 12, person.spans[0]![1]);
  const price = random.weighted(
    [99, 199, 365, CAMP_PRICE],
    (entry) => ({ 99: 60, 199: 27, 365: 9 })[entry] ?? 4,
  );
  const kind = price === 365 ? 'membership' : price === CAMP_PRICE ? 'camp' : 'course';
  const camp = kind === 'camp' && (person.group !== 'learner' || person.joinDay > 58);
  placeOrder(
    person,
    camp ? { price: 199, kind: 'course' } : { price, kind },
    person.joinDay,
    last,
    own,
    days,
    random,
  );
}

function placeOrder(
  person: Person,
  purchase: Purchase,
  from: number,
  to: number,
  own: Act[],
  days: Days,
  random: Random,
): void {
  const at = momentBetween(person, from, to, own, days, random);
  if (at === undefined) return;
  const promoted = inPromotion(days.dayAt(at)) && purchase.kind === 'course' && purchase.coupon === undefined;
  const paid: Purchase = promoted
    ? { ...purchase, price: purchase.price - 20, coupon: { code: 'DEMO-ZHISHIJIE', discount: 20 } }
    : purchase;
  if (paid.coupon !== undefined)
    own.push({ who: person.index, at: at - 20_000, what: 'coupon', purchase: paid });
  own.push({ who: person.index, at, what: 'order', purchase: paid });
}

/** Best shortly after something else they did in these days; those who leave buy at no other time. */
function momentBetween(
  person: Person,
  from: number,
  to: number,
  own: readonly Act[],
  days: Days,
  random: Random,
): number | undefined {
  const visits = own.filter(({ at, anonymous }) => {
    const day = days.dayAt(at);
    return !anonymous && day >= from && day <= to && at >= person.joinedAt;
  });
  if (visits.length > 0) {
    const { at } = random.weighted(visits, (act) => (inPromotion(days.dayAt(act.at)) ? 3 : 1));
    return clampToDay(days, days.dayAt(at), at + random.between(40_000, 400_000));
  }
  const until = person.spans.at(-1)![1];
  if (until < to) return undefined;
  const day = random.between(Math.max(from, person.joinDay + 1), to);
  return clampToDay(days, day, drawMoment(days, day, random));
}

/** An order taken back within the same month: it changes no month's net payment. */
function refundedOrder(
  person: Person,
  from: number,
  to: number,
  own: Act[],
  days: Days,
  random: Random,
): void {
  const visits = own.filter(
    ({ at }) => days.dayAt(at) >= from && days.dayAt(at) <= to - 5 && at > person.joinedAt,
  );
  if (visits.length === 0) return;
  const visit = random.pick(visits);
  const ordered = clampToDay(days, days.dayAt(visit.at), visit.at + random.between(40_000, 400_000));
  const refundDay = days.dayAt(ordered) + random.between(1, 4);
  const purchase: Purchase = { price: random.pick([99, 199, 365]), kind: 'course', refunded: true };
  if (purchase.price === 365) purchase.kind = 'membership';
  own.push({ who: person.index, at: ordered, what: 'order', purchase });
  const at = clampToDay(days, refundDay, drawMoment(days, refundDay, random));
  own.push({ who: person.index, at, what: 'refund', purchase });
}

function ordersOfToday(people: readonly Person[], acts: Act[][], days: Days, random: Random): void {
  for (const person of people) {
    const own = acts[person.index]!;
    const due = computeAmount(computeRuleInputs(own, TODAY, days)) / 30;
    const taste = drawPurchase(person.group, random);
    if (random.chance(due / taste.price)) placeOrder(person, taste, TODAY, TODAY, own, days, random);
  }
}
