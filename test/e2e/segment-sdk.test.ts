import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { TrackParams } from '@segment/analytics-node';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startLocal } from '#infra/local/start.ts';
import { buildTaxonomy } from '#lib/events/taxonomy.ts';
import { checkedFetch } from './checked-fetch.ts';
import { flakyProxy } from './flaky-proxy.ts';
import {
  type Access,
  allActions,
  deliver,
  fetchMember,
  fetchTimeline,
  type Tally,
} from './segment-client.ts';

const MEMBERS = 500;
const EVENTS_EACH = 20;
const taxonomy = buildTaxonomy();
const KINDS = [
  'Post Created',
  'Comment Created',
  'Answer Posted',
  'Post Liked',
  'Live Attended',
  'Lesson Viewed',
  'Lesson Completed',
  'Order Completed',
  'Order Refunded',
  'Search Performed',
  'Reply Liked',
  'Order Completed',
  'Invite Sent',
];

let dataDir: string;
let stack: Awaited<ReturnType<typeof startLocal>>;
let access: Access;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'zhiqun-sdk-'));
  stack = await startLocal({ port: 0, dataDir, empty: true });
  access = stack.stack;
});

afterAll(async () => {
  await stack?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** The nth call of a member: every kind in turn, over the last nine days. */
function buildCall(member: number, nth: number, now: number): TrackParams {
  const event = KINDS[(member * 5 + nth) % KINDS.length]!;
  const call: TrackParams = {
    userId: `sdk-${member}`,
    event,
    messageId: `sdk-${member}-${nth}`,
    timestamp: new Date(now - (nth % 9) * 86_400_000 - nth * 1_000),
  };
  if (event === 'Order Completed')
    call.properties = { order_id: `o-${member}-${nth}`, total: 19.9 + member, currency: 'CNY' };
  else if (event === 'Order Refunded') call.properties = { total: 9.9, currency: 'cny' };
  else call.properties = { targetUserId: `sdk-${(member + 1) % MEMBERS}`, title: `第 ${nth} 次` };
  return call;
}

function computeExpected(calls: readonly TrackParams[]): { tally: Tally; netPaymentMinor: number } {
  const tally: Tally = {};
  let netPaymentMinor = 0;
  for (const { event, properties } of calls) {
    const action = taxonomy.get(event);
    if (action === undefined) continue;
    tally[action] = (tally[action] ?? 0) + 1;
    const minor = Math.round(Number(properties?.['total'] ?? 0) * 100);
    netPaymentMinor += action === 'order' ? minor : action === 'refund' ? -minor : 0;
  }
  return { tally, netPaymentMinor };
}

test('10,000 events of 500 members through the Segment SDK and a flaky network: every count is exact', async () => {
  const now = Date.now();
  const buildCalls = (member: number) =>
    Array.from({ length: EVENTS_EACH }, (_, nth) => buildCall(member, nth, now));
  // As apps send them: everybody's events in between each other's.
  const calls = Array.from({ length: EVENTS_EACH }, (_, nth) =>
    Array.from({ length: MEMBERS }, (_, member) => buildCall(member, nth, now)),
  ).flat();
  const proxy = await flakyProxy(access.api);
  await deliver(proxy.url, access.writeKey, calls).finally(proxy.close);
  expect(proxy.refused).toBeGreaterThan(3);
  expect(proxy.cut).toBeGreaterThan(3);

  for (let member = 0; member < MEMBERS; member += 1) {
    const { tally, netPaymentMinor } = computeExpected(buildCalls(member));
    // Only the first members may still have to wait for the aggregation to catch up with the burst.
    await vi.waitFor(
      async () => {
        const view = await fetchMember(access, `sdk-${member}`);
        expect(view?.counts.total).toEqual(allActions(tally));
        expect(view?.counts.last30Days).toEqual(allActions(tally));
        expect(view?.netPaymentMinor.total).toBe(netPaymentMinor);
      },
      { timeout: 30_000, interval: 100 },
    );
  }

  for (const member of [0, 137, 499]) {
    const timeline = await fetchTimeline(access, `sdk-${member}`, 7);
    const ids = timeline.map(({ messageId }) => messageId);
    const newestFirst = buildCalls(member).sort((a, b) => Number(b.timestamp) - Number(a.timestamp));
    expect(ids).toEqual(newestFirst.map(({ messageId }) => messageId));
    expect(timeline[0]?.properties).toEqual(newestFirst[0]?.properties);
  }
});

test('a count is right at most 3 seconds after the 200', async () => {
  for (let round = 1; round <= 3; round += 1) {
    await deliver(access.api, access.writeKey, [{ userId: 'prompt', event: 'Post Created' }]);
    await vi.waitFor(
      async () => expect((await fetchMember(access, 'prompt'))?.counts.today.post).toBe(round),
      {
        timeout: 3_000,
        interval: 50,
      },
    );
  }
});

test('every route and short form, every way to authenticate, plain text and gzip are understood', async () => {
  const { writeKey } = access;
  const basic = (credentials: string) => ({
    authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
  });
  const ways: { headers: Record<string, string>; inBody: boolean }[] = [
    { headers: basic(`${writeKey}:`), inBody: false },
    { headers: basic(writeKey), inBody: false },
    { headers: {}, inBody: true },
    { headers: { authorization: 'Bearer of-somebody-else' }, inBody: true },
  ];
  const single = { t: 'track', i: 'identify', p: 'page', s: 'screen', g: 'group', a: 'alias' };
  const routes = [...Object.entries(single).flat(), 'batch', 'b', 'import'];
  const expected: Tally = {};
  for (const [nth, route] of routes.entries()) {
    for (const [way, { headers, inBody }] of ways.entries()) {
      const type = (single as Record<string, string>)[route] ?? route;
      const batched = !Object.values(single).includes(type);
      const call = {
        userId: 'transport',
        ...buildBody(batched ? 'track' : type),
        messageId: `${route}-${way}`,
      };
      const body = batched ? { batch: [{ type: 'track', ...call }] } : call;
      const json = JSON.stringify({ ...body, ...(inBody ? { writeKey } : {}) });
      const zipped = (nth + way) % 2 === 0;
      const response = await checkedFetch(new URL(`/v1/${route}`, access.api), {
        method: 'POST',
        headers: {
          ...headers,
          'content-type': way === 1 ? 'application/json' : 'text/plain;charset=UTF-8',
          ...(zipped ? { 'content-encoding': 'gzip' } : {}),
        },
        body: zipped ? gzipSync(json) : json,
      });
      expect({ route, way, status: response.status, body: await response.json() }).toMatchObject({
        status: 200,
        body: { success: true },
      });
      const action =
        batched || type === 'track' ? 'post' : type === 'page' || type === 'screen' ? 'view' : undefined;
      if (action !== undefined) expected[action] = (expected[action] ?? 0) + 1;
    }
  }
  await vi.waitFor(
    async () => expect((await fetchMember(access, 'transport'))?.counts.total).toEqual(allActions(expected)),
    { timeout: 5_000, interval: 100 },
  );
});

function buildBody(type: string): Record<string, unknown> {
  if (type === 'track') return { event: 'Topic Created', timestamp: new Date().toISOString() };
  if (type === 'identify') return { traits: { city: '杭州' } };
  if (type === 'group') return { groupId: 'class-1' };
  if (type === 'alias') return { previousId: 'transport-before' };
  return { name: '首页' };
}

test('an unknown key is refused with 400, and nothing is stored', async () => {
  const response = await checkedFetch(new URL('/v1/track', access.api), {
    method: 'POST',
    body: JSON.stringify({ writeKey: 'wk_nobody', userId: 'unknown', event: 'Post Created' }),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    success: false,
    code: expect.any(String),
    message: expect.any(String),
  });
  expect(await fetchMember(access, 'unknown')).toBeUndefined();
});

test('a write key opens nothing but tracking', async () => {
  const response = await checkedFetch(new URL('/v1/members/prompt', access.api), {
    headers: { authorization: `Bearer ${access.writeKey}` },
  });
  expect([401, 403]).toContain(response.status);
});
