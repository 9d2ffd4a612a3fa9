import type { Item, StoredEvent } from '#lib/events/stored-event.ts';
import {
  type Amounts,
  addAmounts,
  type CountingRules,
  computeContribution,
} from '#lib/members/contribution.ts';
import { buildProfile, type Profile } from '#lib/members/profile.ts';

/** What a plain fold over a member's log gives: amounts by sort key, and the profile. */
export function foldLog(
  events: readonly StoredEvent[],
  rules: CountingRules,
): { amounts: Map<string, Amounts>; profile: Profile } {
  const amounts = new Map<string, Amounts>();
  const add = (sk: string, more: Amounts): void => {
    const sums = amounts.get(sk) ?? {};
    amounts.set(sk, sums);
    addAmounts(sums, more);
  };
  for (const stored of events) {
    const contribution = computeContribution(stored, rules);
    if (contribution === undefined) continue;
    add(`day#${contribution.date}`, contribution.amounts);
    if (contribution.tie !== undefined) add(contribution.tie.sk, { [contribution.tie.action]: 1 });
  }
  return { amounts, profile: buildProfile(events) };
}

/** A day or a tie as it is stored. */
export function amountsItem(userId: string, sk: string, amounts: Amounts): Item {
  const item: Item = { userId: { S: userId }, sk: { S: sk }, seq: { S: '~1' } };
  for (const [name, amount] of Object.entries(amounts)) item[name] = { N: String(amount) };
  return item;
}

/** A profile as it is stored. */
export function profileItem(userId: string, { traits, anonymousIds }: Profile): Item {
  return {
    userId: { S: userId },
    sk: { S: 'profile' },
    traits: { S: JSON.stringify(traits) },
    ...(anonymousIds.length === 0 ? {} : { anonymousIds: { SS: anonymousIds } }),
    seq: { S: '~1' },
  };
}
