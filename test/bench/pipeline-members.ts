import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { addDays } from '#lib/events/calendar.ts';
import type { Item } from '#lib/events/stored-event.ts';
import { seededRandom } from '#lib/platform/seeded-random.ts';
import { amountsItem } from '#test/lib/members/plain-fold.ts';

const BATCH = 25;
const IN_FLIGHT = 16;
const HISTORY_DAYS = 150;

/**
 * The items of a community's members: about ten active days each over 150, some of whom pay, some leave, and a few ties
 * with members of the same circle.
 */
export function* pipelineMembers(count: number, asOf: string): Generator<Item> {
  const random = seededRandom(count);
  const upTo = (most: number) => Math.floor(random() * most);
  for (let n = 0; n < count; n += 1) {
    const userId = `member-${n}`;
    const joined = 20 + upTo(HISTORY_DAYS - 20);
    const left = random() < 0.3 ? upTo(joined - 15) : 1;
    const pays = random() < 0.3;
    const eager = random() ** 2;
    const ages = new Set([joined]);
    for (let day = 0; day < 4 + 17 * eager; day += 1) ages.add(left + upTo(joined - left + 1));
    for (const age of [...ages].sort((a, b) => b - a)) {
      const amounts: Record<string, number> = { view: 1 + upTo(20) };
      if (random() < eager) Object.assign(amounts, { post: upTo(3), reply: upTo(6), like: upTo(9) });
      if (random() < 0.2) Object.assign(amounts, { attend: 1, learn: 1 + upTo(2) });
      if (random() < 0.01) Object.assign(amounts, { feedback: 1, ratings: 1, ratingSum: 1 + upTo(5) });
      if (pays && random() < 0.25) Object.assign(amounts, { order: 1, paidMinor: 9_900 * (1 + upTo(4)) });
      yield amountsItem(userId, `day#${addDays(asOf, -age)}`, amounts);
    }
    for (let tie = 0; tie < 6 * eager; tie += 1) {
      const target = n - (n % 100) + Math.floor(100 * random() ** 2);
      const month = addDays(asOf, -left - upTo(60)).slice(0, 7);
      if (target !== n && target < count) {
        yield amountsItem(userId, `tie#${month}#member-${target}`, { reply: 1 + upTo(3), like: upTo(5) });
      }
    }
  }
}

/** Writes items straight into a table. @returns how many */
export async function writeItems(
  client: DynamoDBClient,
  table: string,
  items: Iterable<Item>,
): Promise<number> {
  const unique = uniqueItems(items);
  let written = 0;
  const lane = async (): Promise<void> => {
    for (let batch = take(unique); batch.length > 0; batch = take(unique)) {
      let left: WriteRequest[] = batch.map((Item) => ({ PutRequest: { Item } }));
      while (left.length > 0) {
        const { UnprocessedItems } = await client.send(
          new BatchWriteItemCommand({ RequestItems: { [table]: left } }),
        );
        left = UnprocessedItems?.[table] ?? [];
      }
      written += batch.length;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  return written;
}

/** Without those whose key was there before; the items of a member come together. */
function* uniqueItems(items: Iterable<Item>): Generator<Item> {
  let userId: string | undefined;
  let keys = new Set<string>();
  for (const item of items) {
    if (item['userId']?.S !== userId) [userId, keys] = [item['userId']?.S, new Set()];
    const sk = item['sk']?.S ?? '';
    if (keys.has(sk)) continue;
    keys.add(sk);
    yield item;
  }
}

function take(items: Iterator<Item>): Item[] {
  const batch: Item[] = [];
  for (let next = items.next(); !next.done; next = items.next()) {
    batch.push(next.value);
    if (batch.length === BATCH) break;
  }
  return batch;
}
