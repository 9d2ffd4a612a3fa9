import type { Item } from '#lib/events/stored-event.ts';
import { isObject } from '#lib/platform/json.ts';
import type { Amounts } from './contribution.ts';
import { DAY_PREFIX } from './item-keys.ts';
import { EMPTY_PROFILE, type Profile } from './profile.ts';

const NON_AMOUNT_ATTRIBUTES = new Set([
  'userId',
  'sk',
  'seq',
  'rules',
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

/** What is stored of one member: the amounts of every day with any, in order of date, and the profile. */
export interface MemberRecord {
  userId: string;
  days: ReadonlyArray<{ date: string; amounts: Amounts }>;
  profile: Profile;
  /** not all linked ids are in the profile */
  moreIds: boolean;
}

const DATE = /^\d{4}-\d\d-\d\d$/;

/** The sort keys of a member's days and profile. */
export const RECORD_KEYS = { from: DAY_PREFIX, to: 'profile' };

/**
 * The days on which a member did anything, in order of date.
 * @param items in order of their sort keys
 * @throws SyntaxError naming the item when one is corrupt
 */
export function parseMemberDays(items: readonly Item[]): MemberRecord['days'] {
  const days: { date: string; amounts: ReturnType<typeof parseAmounts> }[] = [];
  for (const item of items) {
    const sk = item['sk']?.S;
    if (sk === undefined || !sk.startsWith(DAY_PREFIX)) continue;
    const amounts = parseAmounts(item);
    if (Object.keys(amounts).length === 0) continue;
    const date = sk.slice(DAY_PREFIX.length);
    if (!DATE.test(date)) throw new SyntaxError(`member item ${sk}: the key has no date`);
    days.push({ date, amounts });
  }
  return days;
}

/** All that is stored of a member. @throws SyntaxError naming the item when one is corrupt */
export function parseMemberRecord(userId: string, items: readonly Item[]): MemberRecord {
  const item = items.find(({ sk }) => sk?.S === 'profile');
  const moreIds = item?.['moreIds']?.BOOL === true;
  return { userId, days: parseMemberDays(items), profile: parseProfileItem(item), moreIds };
}
