import type { Item } from '#lib/events/stored-event.ts';
import type { MemberDays } from '#lib/features/features.ts';
import type { Amounts } from '#lib/members/contribution.ts';
import { lateOf } from '#lib/members/day-items.ts';
import { readAmounts, readProfileItem } from '#lib/members/member-items.ts';
import { memberName } from '#lib/members/member-name.ts';
import { scalarTraits } from '#lib/members/scalar-traits.ts';
import { type FadedTies, fadeInto } from './faded-ties.ts';

const DAY = 'day#';
const TIE = 'tie#';
const DATE = /^\d{4}-\d\d-\d\d$/;
// Far above what anybody does or pays in a day, and low enough that sums fit their columns.
const MOST_ACTIONS = 1e7;
const MOST_MINOR = 1e13;

/** What the items of one member say. */
export interface ReadMember {
  name: string | null;
  /** JSON of what members are found by */
  traits: string | null;
  /** in order of date, those with any amount */
  days: MemberDays;
  ties: FadedTies;
  /** events that came after their day was closed */
  late: number;
}

/**
 * Reads the items of one member.
 * @param items in the order of their sort keys
 * @param month YYYY-MM, the last whose ties count
 * @throws SyntaxError when one is damaged: not readable, or with amounts that no counting of ours gives
 */
export function readMember(items: readonly Item[], month: string): ReadMember {
  const days: { date: string; amounts: Amounts }[] = [];
  const ties: FadedTies = new Map();
  let name: string | null = null;
  let traits: string | null = null;
  let late = 0;
  for (const item of items) {
    const sk = item['sk']?.S ?? '';
    if (sk.startsWith(DAY)) {
      const date = sk.slice(DAY.length);
      if (!DATE.test(date)) throw new SyntaxError('member item: its key is no day');
      const amounts = plausible(readAmounts(item));
      if (Object.keys(amounts).length > 0) days.push({ date, amounts });
      late += lateOf(item);
    } else if (sk.startsWith(TIE)) fadeInto(ties, sk.slice(TIE.length), plausible(readAmounts(item)), month);
    else if (sk === 'profile') {
      const profile = readProfileItem(item);
      name = memberName(profile);
      traits = scalarTraits(profile);
    }
  }
  return { name, traits, days, ties, late };
}

function plausible(amounts: Amounts): Amounts {
  for (const name in amounts) {
    const amount = amounts[name]!;
    const most = name === 'paidMinor' ? MOST_MINOR : MOST_ACTIONS;
    if (!Number.isInteger(amount) || Math.abs(amount) > most) {
      throw new SyntaxError(`member item: "${name}" is ${amount}`);
    }
  }
  return amounts;
}
