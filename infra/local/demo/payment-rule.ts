import type { Random } from '#infra/local/host/random.ts';
import type { Act, Purchase } from './acts.ts';
import type { DemoGroup } from './groups.ts';
import type { Person } from './people.ts';
import { type Days, TODAY } from './rhythm.ts';

/**
 * The planted rule, in yuan. As of the day that is 30 days before today (the calendar day of `now` in Asia/Shanghai),
 * for everyone who had joined by then:
 *
 *   net payment of the next 30 days = intercept + interactions · (posts30 + replies30 + likes30 + attends30)
 *                                     + learns · learns30 + payment · payment30 + noise
 *
 * The counts and payment30 are those of the 30 days before. The noise is what it takes to pay in whole prices:
 * a member who should pay 120 buys one course of 99 and, with chance 21/99, a second one. These roundings are
 * drawn in balance with the features (see `balancedRounding`), so one community of 800 shows the rule, whatever
 * the date. Earlier months follow it roughly: whoever leaves stops paying, and whoever has just joined buys freely.
 */
export const PAYMENT_RULE = { intercept: 0, interactions: 1.2, learns: 10, payment: 0.25 } as const;

/** First and last day of the month that follows the rule exactly. */
export const RULE_MONTH = [TODAY - 30, TODAY - 1] as const;

/** What the rule and its balance look at, for one member: the 30 days before, then everything. Money in yuan. */
export interface RuleInputs {
  posts: number;
  replies: number;
  likes: number;
  attends: number;
  learns: number;
  views: number;
  activeDays: number;
  payment: number;
  /** over everything so far */
  activeDaysEver: number;
  ordersEver: number;
  paymentEver: number;
  tenure: number;
}

/** What a member pays in the next 30 days by the rule, in yuan, before the noise. */
export const computeAmount = (basis: RuleInputs): number =>
  PAYMENT_RULE.intercept +
  PAYMENT_RULE.interactions * (basis.posts + basis.replies + basis.likes + basis.attends) +
  PAYMENT_RULE.learns * basis.learns +
  PAYMENT_RULE.payment * basis.payment;

/**
 * Reads what the rule looks at from what a member has done before the day `asOf`.
 * @param acts the member's own, orders and refunds so far included
 */
export function computeRuleInputs(acts: readonly Act[], asOf: number, days: Days): RuleInputs {
  const basis: RuleInputs = { ...NO_INPUTS };
  const recent = new Set<number>();
  const ever = new Set<number>();
  for (const { at, what, purchase } of acts) {
    const day = days.dayAt(at);
    if (day >= asOf) continue;
    ever.add(day);
    const paid = what === 'order' ? purchase!.price : what === 'refund' ? -purchase!.price : 0;
    basis.paymentEver += paid;
    if (what === 'order') basis.ordersEver += 1;
    if (day < asOf - 30) continue;
    recent.add(day);
    basis.payment += paid;
    const column = COLUMNS[what];
    if (column !== undefined) basis[column] += 1;
  }
  basis.activeDays = recent.size;
  basis.activeDaysEver = ever.size;
  basis.tenure = ever.size === 0 ? 0 : asOf - Math.min(...ever);
  return basis;
}

const NO_INPUTS: RuleInputs = {
  posts: 0,
  replies: 0,
  likes: 0,
  attends: 0,
  learns: 0,
  views: 0,
  activeDays: 0,
  payment: 0,
  activeDaysEver: 0,
  ordersEver: 0,
  paymentEver: 0,
  tenure: 0,
};

const COLUMNS: Readonly<Partial<Record<Act['what'], keyof RuleInputs>>> = {
  post: 'posts',
  reply: 'replies',
  like: 'likes',
  attend: 'attends',
  learn: 'learns',
  view: 'views',
  open: 'views',
  look: 'views',
};

/**
 * Turns the amounts of the rule into whole prices. Each member's chance to pay one price more is the missing
 * fraction, tilted a little against what the earlier roundings have summed up to along every feature: the
 * self-balancing walk of Alweiss, Liu and Sawhney (2021), which keeps the noise and the features uncorrelated.
 */
export function roundToPrices(
  people: readonly Person[],
  bases: readonly RuleInputs[],
  random: Random,
): Purchase[][] {
  const rows = standardize(bases);
  const drift = new Float64Array(rows[0]?.length ?? 0);
  return people.map((person, nth) => {
    let left = computeAmount(bases[nth]!);
    const bought: Purchase[] = [];
    if (left <= 0) return bought;
    if (person.subscriber && left >= 39) {
      bought.push({ price: 39, kind: 'renewal' });
      left -= 39;
    }
    const taste = drawPurchase(person.group, random);
    for (; left >= taste.price; left -= taste.price) bought.push({ ...taste });
    const row = rows[nth]!;
    const along = row.reduce((sum, x, i) => sum + x * drift[i]!, 0);
    const more = random.chance(left / taste.price - along / (6 * taste.price));
    if (more) bought.push({ ...taste });
    const noise = (more ? taste.price : 0) - left;
    for (const [i, x] of row.entries()) drift[i]! += noise * x;
    return bought;
  });
}

function standardize(bases: readonly RuleInputs[]): number[][] {
  const names = Object.keys(bases[0] ?? {}) as (keyof RuleInputs)[];
  const scales = names.map((name) => {
    const mean = bases.reduce((sum, basis) => sum + basis[name], 0) / bases.length;
    const spread = Math.sqrt(bases.reduce((sum, basis) => sum + (basis[name] - mean) ** 2, 0) / bases.length);
    return { name, mean, spread: spread || 1 };
  });
  return bases.map((basis) => [1, ...scales.map(({ name, mean, spread }) => (basis[name] - mean) / spread)]);
}

/** The price at which a member likes to buy. */
export function drawPurchase(group: DemoGroup, random: Random): Purchase {
  const price = random.weighted([99, 199, 365], (entry) =>
    entry === 99 ? 70 : entry === 199 ? 24 : group === 'learner' ? 6 : 0,
  );
  if (price === 365) return { price, kind: 'membership' };
  if (!random.chance(0.12)) return { price, kind: 'course' };
  return { price: price - 10, kind: 'course', coupon: { code: 'DEMO-XINKE10', discount: 10 } };
}
