import type { Item } from '#lib/events/stored-event.ts';
import type { MemberRecord } from '#lib/scoring/live/member-view.ts';
import { parseAmounts, parseProfileItem } from './member-items.ts';

const DAY_PREFIX = 'day#';
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
