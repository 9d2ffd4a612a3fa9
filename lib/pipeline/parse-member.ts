import type { Item } from '#lib/events/stored-event.ts';
import type { MemberDays } from '#lib/features/features.ts';
import type { Amounts } from '#lib/members/contribution.ts';
import { lateOf } from '#lib/members/day-items.ts';
import { DAY_PREFIX, TIE_PREFIX } from '#lib/members/item-keys.ts';
import { parseAmounts, parseProfileItem } from '#lib/members/member-items.ts';
import { findMemberName, pickScalarTraits } from '#lib/members/profile.ts';
import { monthNumber } from '#lib/reports/periods.ts';

const DATE = /^\d{4}-\d\d-\d\d$/;
// Far above what anybody does or pays in a day, and low enough that sums fit their columns.
const MAX_ACTIONS = 1e7;
const MAX_MINOR = 1e13;

/** What the items of one member say. */
export interface ParsedMember {
  name: string | null;
  /** JSON of what members are found by */
  traits: string | null;
  /** in order of date, those with any amount */
  days: MemberDays;
  ties: DecayedTies;
  /** events that came after their day was closed */
  late: number;
}

/**
 * Reads the items of one member.
 * @param items in the order of their sort keys
 * @param month YYYY-MM, the last whose ties count
 * @throws SyntaxError when one is corrupt: not readable, or with amounts that no counting of ours gives
 */
export function parseMember(items: readonly Item[], month: string): ParsedMember {
  const days: { date: string; amounts: Amounts }[] = [];
  const ties: DecayedTies = new Map();
  let name: string | null = null;
  let traits: string | null = null;
  let late = 0;
  for (const item of items) {
    const sk = item['sk']?.S ?? '';
    if (sk.startsWith(DAY_PREFIX)) {
      const date = sk.slice(DAY_PREFIX.length);
      if (!DATE.test(date)) throw new SyntaxError('member item: its key is no day');
      const amounts = checkAmounts(parseAmounts(item));
      if (Object.keys(amounts).length > 0) days.push({ date, amounts });
      late += lateOf(item);
    } else if (sk.startsWith(TIE_PREFIX))
      addDecayedTie(ties, sk.slice(TIE_PREFIX.length), checkAmounts(parseAmounts(item)), month);
    else if (sk === 'profile') {
      const profile = parseProfileItem(item);
      name = findMemberName(profile);
      traits = pickScalarTraits(profile);
    }
  }
  return { name, traits, days, ties, late };
}

function checkAmounts(amounts: Amounts): Amounts {
  for (const name in amounts) {
    const amount = amounts[name]!;
    const most = name === 'paidMinor' ? MAX_MINOR : MAX_ACTIONS;
    if (!Number.isInteger(amount) || Math.abs(amount) > most) {
      throw new SyntaxError(`member item: "${name}" is ${amount}`);
    }
  }
  return amounts;
}

/** Whom a member replied to, liked and accepted, and how often, × 0.9 per month of age. */
type DecayedTies = Map<string, number>;

const MONTHLY_DECAY = 0.9;
const MONTH = /^\d{4}-\d\d#/;
const MONTH_LENGTH = 'YYYY-MM'.length;

/**
 * Adds one tie item to a member's ties.
 * @param key `YYYY-MM#<target>`
 * @param amounts replies, likes and accepts of that month
 * @param lastMonth YYYY-MM; ties of later months do not count
 * @throws SyntaxError when the key is none
 */
function addDecayedTie(ties: DecayedTies, key: string, amounts: Amounts, lastMonth: string): void {
  if (!MONTH.test(key)) throw new SyntaxError('member item: its key is no tie');
  const month = key.slice(0, MONTH_LENGTH);
  if (month > lastMonth) return;
  const count = Object.values(amounts).reduce((sum, amount) => sum + amount, 0);
  if (count <= 0) return;
  const target = key.slice(MONTH_LENGTH + 1);
  const weight = count * MONTHLY_DECAY ** (monthNumber(lastMonth) - monthNumber(month));
  ties.set(target, (ties.get(target) ?? 0) + weight);
}
