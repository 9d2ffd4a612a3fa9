import { isObject } from '#lib/events/parse-call.ts';
import type { Item } from '#lib/events/stored-event.ts';
import type { Amounts } from './contribution.ts';
import { EMPTY_PROFILE, type Profile } from './profile.ts';

const NON_AMOUNT_ATTRIBUTES = new Set([
  'userId',
  'sk',
  'seq',
  'expired',
  'closesAt',
  'late',
  'parts',
  'days',
]);

/** Reads a profile item; no item is an empty profile. @throws SyntaxError when it is corrupt */
export function parseProfileItem(item: Item | undefined): Profile {
  if (item === undefined) return EMPTY_PROFILE;
  const traits = JSON.parse(item['traits']?.S ?? '{}') as Profile['traits'];
  if (!isObject(traits) || !Object.values(traits).every(isObject)) {
    throw new SyntaxError('member item profile: "traits" are no traits');
  }
  return { traits, anonymousIds: [...(item['anonymousIds']?.SS ?? [])].sort() };
}

/**
 * The non-zero amounts of a day or tie item.
 * @throws SyntaxError naming the attribute when it is corrupt
 */
export function parseAmounts(item: Item): Amounts {
  const amounts: Amounts = {};
  for (const name in item) {
    if (NON_AMOUNT_ATTRIBUTES.has(name)) continue;
    const text = item[name]?.N;
    if (text === undefined) throw new SyntaxError(`member item ${item['sk']?.S}: "${name}" is no number`);
    const amount = Number(text);
    if (amount !== 0) amounts[name] = amount;
  }
  return amounts;
}
