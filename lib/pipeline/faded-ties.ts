import type { Amounts } from '#lib/members/contribution.ts';
import { monthNumber } from '#lib/reports/periods.ts';

/** Whom a member replied to, liked and accepted, and how often, × 0.9 per month of age. */
export type DecayedTies = Map<string, number>;

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
export function addDecayedTie(ties: DecayedTies, key: string, amounts: Amounts, lastMonth: string): void {
  if (!MONTH.test(key)) throw new SyntaxError('member item: its key is no tie');
  const month = key.slice(0, MONTH_LENGTH);
  if (month > lastMonth) return;
  const count = Object.values(amounts).reduce((sum, amount) => sum + amount, 0);
  if (count <= 0) return;
  const target = key.slice(MONTH_LENGTH + 1);
  const weight = count * MONTHLY_DECAY ** (monthNumber(lastMonth) - monthNumber(month));
  ties.set(target, (ties.get(target) ?? 0) + weight);
}
