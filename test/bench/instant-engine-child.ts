import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StreamRecord } from '#lib/members/log-change.ts';

/**
 * Answers what counting asks of DynamoDB as fast as a process can: queries with the member's events as they were loaded,
 * reads with nothing, writes with success. It keeps nothing that is written.
 */
const queries = new Map<string, string>();
const events = new Map<string, object>();
let isKnown = false;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    const answer = answerTo(String(request.headers['x-amz-target']).split('.')[1] ?? '', body);
    response.setHeader('content-type', 'application/x-amz-json-1.0').end(answer);
  });
});

function answerTo(operation: string, body: string): string {
  if (operation === 'Query') {
    const values = JSON.parse(body).ExpressionAttributeValues as { ':user': { S: string } };
    return queries.get(values[':user'].S) ?? '{"Items":[],"Count":0}';
  }
  if (operation === 'Load') load(JSON.parse(body) as { records: StreamRecord[]; day: string });
  return operation === 'BatchGetItem' ? parseItems(body) : '{}';
}

type Key = { userId: { S: string }; sk: { S: string } };

function parseItems(body: string): string {
  const asked = JSON.parse(body).RequestItems as Partial<Record<'members' | 'events', { Keys: Key[] }>>;
  if (asked.events !== undefined) {
    const found = asked.events.Keys.flatMap(({ userId, sk }) => events.get(`${userId.S}\n${sk.S}`) ?? []);
    return JSON.stringify({ Responses: { events: found }, UnprocessedKeys: {} });
  }
  const items = (asked.members?.Keys ?? []).map((key) => ({ ...key, reply: { N: '1' }, seq: { S: '~1' } }));
  return JSON.stringify({ Responses: { members: isKnown ? items : [] }, UnprocessedKeys: {} });
}

function load({ records, day }: { records: readonly StreamRecord[]; day: string }): void {
  isKnown = day === 'known';
  queries.clear();
  events.clear();
  const byMember = Map.groupBy(
    records.map(({ dynamodb }) => dynamodb?.NewImage as Key),
    ({ userId }) => userId.S,
  );
  for (const item of [...byMember.values()].flat()) events.set(`${item.userId.S}\n${item.sk.S}`, item);
  for (const [userId, Items] of byMember) queries.set(userId, JSON.stringify({ Items, Count: Items.length }));
}

server.listen(0, '127.0.0.1', () =>
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
);
