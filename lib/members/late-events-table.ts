import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Calendar } from '#lib/events/calendar.ts';
import type { StoredEvent } from '#lib/events/stored-event.ts';
import { toStoreError } from '#lib/platform/errors.ts';
import { readItemsByKey } from './counting-table.ts';
import { isClosed, parseClosing } from './day-items.ts';
import { dayKey } from './item-keys.ts';

const DAY_MS = 86_400_000;

/**
 * How many events come too late for their day: events of it may be gone by age, so it is not counted any more. Asks only
 * about days that are old enough.
 * @param retentionDays how long an event stays in the log
 * @param now milliseconds since 1970
 * @returns throws StoreError
 */
export function lateEventCounter(
  client: DynamoDBClient,
  members: string,
  calendar: Calendar,
  retentionDays: number,
  now: () => number,
): (events: readonly StoredEvent[]) => Promise<number> {
  return async (events) => {
    // An event is received a day before it happens at the earliest.
    const before = new Date(now() - (retentionDays - 2) * DAY_MS).toISOString();
    const old = events
      .filter(({ at }) => at < before)
      .map(({ userId, at }) => ({ userId, sk: dayKey(calendar.dateAt(Date.parse(at))) }));
    if (old.length === 0) return 0;
    try {
      const days = await readItemsByKey(client, members, old);
      const isLate = ({ userId, sk }: (typeof old)[number]): boolean => {
        const item = days.get(userId)?.get(sk);
        return item !== undefined && isClosed(parseClosing(item), now() / 1000);
      };
      return old.filter(isLate).length;
    } catch (cause) {
      throw toStoreError('look for days that are closed', cause);
    }
  };
}
