import { isObject } from '#lib/tracking/call.ts';
import type { Item } from '#lib/tracking/stored-event.ts';
import type { Amounts } from './contribution.ts';
import { EMPTY_PROFILE, type Profile } from './profile.ts';

const NO_AMOUNTS = new Set(['userId', 'sk', 'seq', 'expired']);

/** The DynamoDB item of a profile. */
export function profileItem(userId: string, profile: Profile, expired: boolean, seq: string): Item {
  return {
    userId: { S: userId },
    sk: { S: 'profile' },
    traits: { S: JSON.stringify(profile.traits) },
    ...(profile.anonymousIds.length === 0 ? {} : { anonymousIds: { SS: profile.anonymousIds } }),
    ...(expired ? { expired: { BOOL: true } } : {}),
    seq: { S: seq },
  };
}

/** Reads a profile item; no item is an empty profile. @throws SyntaxError when it is damaged */
export function readProfileItem(item: Item | undefined): { profile: Profile; expired: boolean } {
  if (item === undefined) return { profile: EMPTY_PROFILE, expired: false };
  const traits = JSON.parse(item['traits']?.S ?? '{}') as Profile['traits'];
  if (!isObject(traits) || !Object.values(traits).every(isObject)) {
    throw new SyntaxError('member item profile: "traits" are no traits');
  }
  const anonymousIds = [...(item['anonymousIds']?.SS ?? [])].sort();
  return { profile: { traits, anonymousIds }, expired: item['expired']?.BOOL === true };
}

/** The DynamoDB item of a day or a tie. */
export function amountsItem(userId: string, sk: string, amounts: Amounts, seq: string): Item {
  const item: Item = { userId: { S: userId }, sk: { S: sk }, seq: { S: seq } };
  for (const [name, amount] of Object.entries(amounts)) item[name] = { N: String(amount) };
  return item;
}

/**
 * The non-zero amounts of a day or tie item.
 * @throws SyntaxError naming the attribute when it is damaged
 */
export function readAmounts(item: Item): Amounts {
  const amounts: Amounts = {};
  for (const name in item) {
    if (NO_AMOUNTS.has(name)) continue;
    const text = item[name]?.N;
    if (text === undefined) throw new SyntaxError(`member item ${item['sk']?.S}: "${name}" is no number`);
    const amount = Number(text);
    if (amount !== 0) amounts[name] = amount;
  }
  return amounts;
}
