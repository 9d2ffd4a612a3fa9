import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { addDays } from '#lib/events/calendar.ts';
import { type KeyRange, UNTIMED } from '#lib/events/events-table.ts';
import { parseEventItem, type StoredEvent } from '#lib/events/stored-event.ts';
import type { CountingRules } from '#lib/members/contribution.ts';
import { forEachConcurrently } from '#lib/platform/concurrency.ts';
import { queryAll } from '#lib/platform/dynamodb.ts';
import { withStoreError } from '#lib/platform/errors.ts';
import type { FeedbackText } from '#lib/reports/parts.ts';
import { newestTexts } from '#lib/reports/sums.ts';
import { type FeedbackDay, feedbackText } from './feedback.ts';

const QUERIES_IN_FLIGHT = 8;
// Keys have the time on the client's clock, days the corrected one: clocks further off than this lose the text.
const CLOCK_DAYS = 2;
const MAX_NAMES = 100;

/**
 * What members wrote on the given days, newest first: two Queries per member, of that stretch of its log and of its
 * events without a time, which give back feedback only.
 * @throws StoreError
 */
export const feedbackTexts =
  (client: DynamoDBClient, table: string, rules: CountingRules) =>
  (days: readonly FeedbackDay[]): Promise<FeedbackText[]> =>
    readTexts(client, table, rules, days);

async function readTexts(
  client: DynamoDBClient,
  table: string,
  rules: CountingRules,
  days: readonly FeedbackDay[],
): Promise<FeedbackText[]> {
  const members = [...Map.groupBy(days, ({ userId }) => userId)];
  const texts: FeedbackText[] = [];
  await forEachConcurrently(members, QUERIES_IN_FLIGHT, async ([userId, ofMember]) => {
    const dates = new Set(ofMember.map(({ date }) => date));
    for (const range of [logRange(dates, rules), UNTIMED]) {
      for (const stored of await feedbackEvents(client, table, rules, userId, range)) {
        const text = feedbackText(stored, rules);
        if (text !== undefined && dates.has(rules.calendar.dateAt(Date.parse(text.at)))) texts.push(text);
      }
    }
  });
  return newestTexts(texts);
}

function logRange(dates: ReadonlySet<string>, { calendar }: CountingRules): KeyRange {
  const sorted = [...dates].sort();
  const start = (date: string, days: number): string =>
    new Date(calendar.startOf(addDays(date, days))).toISOString();
  return { from: start(sorted[0]!, -CLOCK_DAYS), to: start(sorted.at(-1)!, CLOCK_DAYS + 1) };
}

async function feedbackEvents(
  client: DynamoDBClient,
  table: string,
  { taxonomy }: CountingRules,
  userId: string,
  { from, to }: KeyRange,
): Promise<StoredEvent[]> {
  const names = [...taxonomy].flatMap(([name, action]) => (action === 'feedback' ? [name] : []));
  const filter = names.slice(0, MAX_NAMES).map((name, i) => [`:n${i}`, { S: name }] as const);
  return withStoreError('read feedback', async () => {
    const items = await queryAll(client, {
      TableName: table,
      KeyConditionExpression: 'userId = :user AND sk BETWEEN :from AND :to',
      FilterExpression: `event IN (${filter.map(([name]) => name).join(', ')})`,
      ExpressionAttributeValues: {
        ':user': { S: userId },
        ':from': { S: from ?? '' },
        ':to': { S: to ?? '' },
        ...Object.fromEntries(filter),
      },
    });
    return items.map(parseEventItem);
  });
}
