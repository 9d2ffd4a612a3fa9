import { gzipSync } from 'node:zlib';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventWriter, queryPartition } from '#lib/events/events-table.ts';
import { parseEventItem, type StoredEvent } from '#lib/events/stored-event.ts';
import { TRACKING_ROUTES, type TrackDeps, trackApp } from '#lib/http/track/app.ts';
import { StoreError } from '#lib/platform/errors.ts';
import { createClient, createTables, startEngine, type TestTables } from '#test/engines/dynamodb.ts';
import { apiFixture } from '#test/lib/http/api-fixture.ts';
import { answerChecker } from '#test/lib/http/conformance.ts';

const NOW = Date.parse('2026-05-01T12:00:00Z');
const KEY = 'wk_right';
const BASIC = `Basic ${btoa(`${KEY}:`)}`;

let engine: Awaited<ReturnType<typeof startEngine>>;
let client: DynamoDBClient;
let tables: TestTables;
let app: ReturnType<typeof trackApp>;
let users = 0;

const deps = (): TrackDeps => ({
  acceptsWriteKey: async (key) => key === KEY,
  events: eventWriter(client, tables.events),
  retentionDays: 400,
  now: () => NOW,
  randomId: () => 'random',
  onFailure: (error) => {
    throw error;
  },
});

beforeAll(async () => {
  engine = await startEngine();
  client = createClient(engine.endpoint);
  tables = await createTables(client);
  app = trackApp(deps());
});
afterAll(async () => engine.stop());

const checkAnswer = answerChecker(apiFixture().document);

/** Asks the tracking app; its answers must be as the OpenAPI document says. */
async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await app.request(path, init);
  await checkAnswer(init.method ?? 'GET', path, response);
  return response;
}

const newUser = (): string => `user-${++users}`;

async function post(path: string, body: BodyInit | object, headers: Record<string, string> = {}) {
  const plain = typeof body === 'string' || body instanceof Uint8Array;
  const response = await ask(path, {
    method: 'POST',
    headers: { authorization: BASIC, ...headers },
    body: plain ? (body as BodyInit) : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
}

async function stored(userId: string): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const items of queryPartition(client, tables.events, userId))
    events.push(...items.map(parseEventItem));
  return events;
}

const trackCall = (userId: string, fields: object = {}): object => ({
  type: 'track',
  userId,
  event: 'Post Created',
  messageId: 'm1',
  timestamp: '2026-05-01T11:00:00Z',
  ...fields,
});

test.each(Object.entries(TRACKING_ROUTES))('%s stores a %s', async (path, type) => {
  const userId = newUser();
  const call = { ...trackCall(userId), type: type === 'batch' ? 'track' : type };
  const answer = await post(path, type === 'batch' ? { batch: [call] } : call);
  expect([answer.status, answer.body]).toEqual([200, { success: true }]);
  expect(await stored(userId)).toMatchObject([{ type: type === 'batch' ? 'track' : type }]);
});

test.each([
  ['Basic with a colon', { authorization: BASIC }, {}],
  ['Basic without a colon', { authorization: `Basic ${btoa(KEY)}` }, {}],
  ['writeKey in the body', { authorization: '' }, { writeKey: KEY }],
  ['Bearer and writeKey in the body', { authorization: 'Bearer whatever' }, { writeKey: KEY }],
  [
    'a wrong header and the right key in the body',
    { authorization: `Basic ${btoa('wk_old:')}` },
    { writeKey: KEY },
  ],
])('%s is accepted', async (_way, headers, body) => {
  const userId = newUser();
  expect((await post('/v1/track', { ...trackCall(userId), ...body }, headers)).status).toBe(200);
  expect(await stored(userId)).toHaveLength(1);
});

test('without a live write key nothing is stored, and the answer is 400 with code and message', async () => {
  const userId = newUser();
  for (const authorization of ['', 'Basic', 'Basic !!!', `Basic ${btoa('wk_wrong:')}`, `Bearer ${KEY}`]) {
    const answer = await post('/v1/track', trackCall(userId), { authorization });
    expect(answer).toMatchObject({ status: 400, body: { success: false, code: 'invalid_write_key' } });
    expect(answer.body).toHaveProperty('message', expect.stringContaining('nothing was stored'));
  }
  expect(await stored(userId)).toEqual([]);
});

test('gzip and text/plain bodies are read, whatever the headers forget to say', async () => {
  const userId = newUser();
  const packed = (id: string) => gzipSync(JSON.stringify({ batch: [trackCall(userId, { messageId: id })] }));
  const plain = { 'content-type': 'text/plain' };
  expect((await post('/v1/b', packed('m1'), { ...plain, 'content-encoding': 'gzip' })).status).toBe(200);
  expect((await post('/v1/b', packed('m2'), plain)).status).toBe(200);
  expect(
    (await post('/v1/t', `\ufeff${JSON.stringify(trackCall(userId, { messageId: 'm3' }))}`, plain)).status,
  ).toBe(200);
  expect(await stored(userId)).toHaveLength(3);
});

test.each([
  ['a body over 500 KB', () => `{"x":"${'x'.repeat(512_000)}"}`, 'body_too_large', '500 KB'],
  [
    'a gzip body that inflates over it',
    () => gzipSync(`{"x":"${'x'.repeat(5_000_000)}"}`),
    'body_too_large',
    '500 KB',
  ],
  ['a broken gzip body', () => new Uint8Array([0x1f, 0x8b, 1, 2, 3]), 'invalid_gzip', 'unpacked'],
  ['no JSON', () => 'hello', 'invalid_json', 'JSON'],
  ['an empty body', () => '', 'invalid_json', 'JSON'],
  ['no object', () => '[1]', 'invalid_json', 'object'],
  ['a batch that is none', () => '{"batch":{}}', 'batch_invalid', 'array'],
  ['2,501 events', () => JSON.stringify({ batch: Array(2_501).fill({}) }), 'too_many_events', '2500'],
])('%s is refused whole, with the limit named', async (_what, body, code, named) => {
  const answer = await post('/v1/batch', body());
  const message = expect.stringMatching(new RegExp(`${named}.*nothing of this request was stored`));
  expect(answer).toMatchObject({ status: 400, body: { success: false, code, message } });
});

test('one bad call never costs its neighbours', async () => {
  const userId = newUser();
  const batch = [
    trackCall(userId),
    trackCall(userId, { event: 5, messageId: 'm2' }),
    null,
    trackCall(userId, { messageId: 'm4', type: 'order' }),
    trackCall(userId, { messageId: 'm5' }),
    trackCall(userId, { messageId: 'm6', properties: { text: 'x'.repeat(33_000) } }),
  ];
  const answer = await post('/v1/batch', { batch });
  expect(answer).toMatchObject({
    status: 200,
    body: {
      success: true,
      rejected: [
        {
          index: 1,
          messageId: 'm2',
          code: 'event_not_string',
          message: 'event must be a string, not number',
        },
        { index: 2, code: 'type_unknown' },
        { index: 3, messageId: 'm4', code: 'type_unknown' },
        { index: 5, messageId: 'm6', code: 'event_too_large' },
      ],
    },
  });
  expect(await stored(userId)).toHaveLength(2);
});

test('a batch of which nothing is acceptable is 400 with the first reason; an empty one is fine', async () => {
  const bad = await post('/v1/batch', { batch: [{ type: 'track', event: 'x' }, {}] });
  expect(bad).toMatchObject({ status: 400, body: { success: false, code: 'no_user_anon_id' } });
  expect(await post('/v1/batch', { batch: [] })).toMatchObject({ status: 200, body: { success: true } });
});

test('the same event twice, in one request or in two, is one item; the later sending stands', async () => {
  const userId = newUser();
  const first = trackCall(userId, { properties: { n: 1 } });
  const second = trackCall(userId, { properties: { n: 2 } });
  await post('/v1/batch', { batch: [first, second] });
  expect(await stored(userId)).toMatchObject([{ properties: '{"n":2}' }]);
  await post('/v1/batch', { batch: [first] });
  expect(await stored(userId)).toMatchObject([{ properties: '{"n":1}' }]);
});

test('2,500 events of one request are all acknowledged by the store', async () => {
  const userId = newUser();
  const batch = Array.from({ length: 2_500 }, (_, i) => trackCall(userId, { messageId: `m${i}` }));
  expect((await post('/v1/batch', { batch })).status).toBe(200);
  expect(await stored(userId)).toHaveLength(2_500);
});

test('an event without time and id is stored, and the answer says that it cannot be deduplicated', async () => {
  const answer = await post('/v1/track', { userId: newUser(), event: 'Post Created' });
  expect(answer).toMatchObject({ status: 200, body: { success: true, undeduplicated: 1 } });
});

test('pages of any origin may track', async () => {
  for (const path of Object.keys(TRACKING_ROUTES)) {
    const preflight = await app.request(path, { method: 'OPTIONS' });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toBe(
      'authorization, content-type, x-retry-count',
    );
  }
  expect((await post('/v1/track', {})).headers.get('access-control-allow-origin')).toBe('*');
});

test('the settings route points mobile SDKs back here', async () => {
  const response = await ask('https://zhiqun.example/v1/projects/wk_x/settings');
  expect(await response.json()).toEqual({
    integrations: { 'Segment.io': { apiKey: 'wk_x', apiHost: 'zhiqun.example/v1' } },
    plan: {},
    edgeFunction: {},
  });
});

test.each([
  [new StoreError('put', { retriable: true }), 503, 'unavailable'],
  [new StoreError('put', { retriable: true, cause: named('ThrottlingException') }), 429, 'too_many_requests'],
])('a store that fails is answered so that SDKs keep the batch: %s', async (error, status, code) => {
  const failing = trackApp({
    ...deps(),
    events: { put: () => Promise.reject(error) },
    onFailure: () => {},
  });
  const response = await failing.request('/v1/track', {
    method: 'POST',
    headers: { authorization: BASIC },
    body: JSON.stringify(trackCall('u')),
  });
  await checkAnswer('POST', '/v1/track', response);
  expect(response.status).toBe(status);
  expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(await response.json()).toMatchObject({ success: false, code });
});

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}

test('no input gives a 500', async () => {
  const callLike = fc.record(
    {
      type: fc.oneof(fc.constantFrom('track', 'identify', 'page', 'screen', 'group', 'alias'), fc.anything()),
      userId: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('fuzz'), fc.anything()),
      anonymousId: fc.oneof(fc.string(), fc.anything()),
      previousId: fc.anything(),
      groupId: fc.anything(),
      messageId: fc.oneof(fc.string({ unit: 'binary' }), fc.anything()),
      event: fc.oneof(fc.string({ unit: 'binary' }), fc.anything()),
      name: fc.anything(),
      timestamp: fc.oneof(fc.date({ noInvalidDate: true }), fc.string(), fc.anything()),
      sentAt: fc.oneof(fc.date({ noInvalidDate: true }), fc.anything()),
      properties: fc.oneof(fc.dictionary(fc.string({ unit: 'binary' }), fc.anything()), fc.anything()),
      traits: fc.object(),
      context: fc.anything(),
    },
    { requiredKeys: [] },
  );
  const lone = fc.constantFrom('\ud800', '\udfff', '\u0000', '__proto__', '\ud83d\ude00');
  const request = fc.oneof(
    callLike,
    fc.record({
      batch: fc.array(fc.oneof(callLike, fc.anything())),
      context: fc.anything(),
      sentAt: fc.anything(),
    }),
    fc.record({
      userId: lone,
      event: lone,
      messageId: lone,
      anonymousId: lone,
      properties: fc.dictionary(lone, lone),
    }),
    fc.anything(),
  );
  const bodies = fc.oneof(
    { weight: 5, arbitrary: request.map((value) => safeJson(value)) },
    { weight: 1, arbitrary: fc.string() },
    { weight: 1, arbitrary: fc.uint8Array().map((bytes) => new Uint8Array(bytes)) },
    { weight: 1, arbitrary: request.map((value) => new Uint8Array(gzipSync(safeJson(value)))) },
  );
  const headers = fc.record({
    'content-encoding': fc.constantFrom('gzip', 'br', 'identity', ''),
    'content-type': fc.constantFrom('application/json', 'text/plain', 'x'),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(TRACKING_ROUTES)),
      bodies,
      headers,
      async (path, body, more) => {
        const { status, body: answer } = await post(
          path,
          body,
          more['content-encoding'] === 'br' ? {} : more,
        );
        expect([200, 400]).toContain(status);
        expect(answer).toHaveProperty('success', status === 200);
      },
    ),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 500) },
  );
}, 120_000);

function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? Number(part) : part)) ?? 'null';
  } catch {
    return '{}';
  }
}
