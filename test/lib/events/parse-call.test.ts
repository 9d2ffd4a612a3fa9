import { expect, test } from 'vitest';
import { parseCall } from '#lib/events/parse-call.ts';

const RECEIVED = Date.parse('2026-05-01T12:00:00Z');
const reception = {
  receivedAt: RECEIVED,
  receivedIso: new Date(RECEIVED).toISOString(),
  expiresAt: 7,
  randomId: () => 'random',
};

const parse = (call: Record<string, unknown>, type = 'track', more = {}) =>
  parseCall({ userId: 'u1', event: 'Post Created', messageId: 'm1', ...call }, type, {
    ...reception,
    ...more,
  });

const parseCode = (call: Record<string, unknown>, type = 'track'): string | undefined => {
  const outcome = parse(call, type);
  return outcome.outcome === 'rejected' ? outcome.code : undefined;
};

const read = (...call: Parameters<typeof parse>) => {
  const outcome = parse(...call);
  if (outcome.outcome !== 'accepted') throw new Error(`rejected: ${outcome.message}`);
  return outcome;
};

test.each([
  [{ userId: undefined }, 'track', 'no_user_anon_id'],
  [{ userId: null, anonymousId: null }, 'track', 'no_user_anon_id'],
  [{ userId: '' }, 'track', 'id_blocked'],
  [{ userId: '00000000-0000-0000-0000-000000000000' }, 'track', 'id_blocked'],
  [{ userId: '-1' }, 'track', 'id_blocked'],
  [{ userId: 'null' }, 'track', 'id_blocked'],
  [{ userId: 'undefined' }, 'track', 'id_blocked'],
  [{ userId: 'anonymous' }, 'track', 'id_blocked'],
  [{ userId: ' Unknown ' }, 'track', 'id_blocked'],
  [{ userId: 'anon:x' }, 'track', 'id_blocked'],
  [{ userId: '知'.repeat(86) }, 'track', 'id_blocked'],
  [{ userId: '\ud800' }, 'track', 'id_blocked'],
  [{ userId: 7 }, 'track', 'id_not_string'],
  [{ anonymousId: {} }, 'track', 'id_not_string'],
  [{ event: undefined }, 'track', 'event_not_defined'],
  [{ event: '' }, 'track', 'event_not_defined'],
  [{ event: 3 }, 'track', 'event_not_string'],
  [{ properties: [] }, 'track', 'properties_not_object'],
  [{ properties: 'x' }, 'page', 'properties_not_object'],
  [{ traits: 1 }, 'identify', 'traits_not_object'],
  [{ name: 1 }, 'page', 'name_not_string'],
  [{ timestamp: 'yesterday' }, 'track', 'timestamp_invalid'],
  [{ timestamp: 1_700_000_000_000 }, 'track', 'timestamp_invalid'],
  [{ timestamp: '+275760-01-01T00:00:00Z' }, 'track', 'timestamp_invalid'],
  [{ timestamp: '2026-13-01T00:00:00Z' }, 'track', 'timestamp_invalid'],
  [{ properties: { text: '知'.repeat(11_000) } }, 'track', 'event_too_large'],
  [{}, 'order', 'type_unknown'],
])('%j as %s is refused with %s', (call, type, code) => {
  expect(parseCode(call, type)).toBe(code);
});

test('an event of just under 32 KB is accepted, whatever its characters', () => {
  expect(parseCode({ properties: { text: 'x'.repeat(32_000) } })).toBeUndefined();
  expect(parseCode({ properties: { text: '知'.repeat(10_600) } })).toBeUndefined();
});

test('an object too deep to be written again is refused, not an internal error', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`);
  const deeper = JSON.parse('['.repeat(200_000) + ']'.repeat(200_000));
  expect(parseCode({ properties: { deeper } })).toBe('event_too_large');
  expect(parseCode({ messageId: undefined, timestamp: '2026-05-01', extra: deeper })).toBe('event_too_large');
  expect([undefined, 'event_too_large']).toContain(parseCode({ properties: deep }));
});

test('a blocked id is no id, and the other one serves', () => {
  expect(read({ userId: 'null', anonymousId: 'a1' }).stored.userId).toBe('anon:a1');
  expect(read({ anonymousId: '0' }).stored).not.toHaveProperty('anonymousId');
});

test('the corrected time decides the day, the original one the key', () => {
  const { stored } = read({ timestamp: '2026-05-01T09:00:00.000+08:00' }, 'track', {
    sentAt: Date.parse('2026-05-01T01:00:10Z'),
  });
  expect(stored.sk).toBe('2026-05-01T01:00:00.000Z#m1');
  expect(stored.at).toBe('2026-05-01T11:59:50.000Z');
});

test('a retry with another sentAt is the same event', () => {
  const sent = (sentAt: string) =>
    read({ timestamp: '2026-05-01T01:00:00Z' }, 'track', { sentAt: Date.parse(sentAt) }).stored.sk;
  expect(sent('2026-05-01T01:00:10Z')).toBe(sent('2026-05-01T01:05:00Z'));
});

test('a time more than a day ahead after correction becomes the time received, and is marked', () => {
  const { stored } = read({ timestamp: '2026-05-02T12:00:01Z' });
  expect(stored).toMatchObject({
    sk: '2026-05-02T12:00:01.000Z#m1',
    at: '2026-05-01T12:00:00.000Z',
    clamped: true,
  });
  expect(read({ timestamp: '2026-05-02T11:59:59Z' }).stored.clamped).toBeUndefined();
});

test('without a time the key has none, so a retry with the same messageId is still the same event', () => {
  const { stored, deduplicated } = read({});
  expect([stored.sk, stored.at, deduplicated]).toEqual(['#m1', '2026-05-01T12:00:00.000Z', true]);
});

test('without a messageId the same content gets the same id, however its keys are ordered', () => {
  const one = read({ messageId: undefined, timestamp: '2026-05-01T01:00:00Z', properties: { a: 1, b: 2 } });
  const two = read({
    properties: { b: 2, a: 1 },
    messageId: null,
    timestamp: '2026-05-01T01:00:00Z',
    sentAt: 'x',
  });
  const other = read({ messageId: undefined, timestamp: '2026-05-01T01:00:00Z', properties: { a: 1, b: 3 } });
  expect(one.stored.sk).toMatch(/^2026-05-01T01:00:00.000Z#auto-/);
  expect(two.stored.sk.replace('messageId', '')).toHaveLength(one.stored.sk.length);
  expect(other.stored.sk).not.toBe(one.stored.sk);
  expect(one.deduplicated).toBe(true);
});

test('without both, a repetition is not recognised, and that is reported', () => {
  expect(read({ messageId: undefined })).toMatchObject({ deduplicated: false, stored: { sk: '#random' } });
});

test('a messageId over 100 characters is replaced by one made from the content', () => {
  const { stored } = read({ messageId: 'x'.repeat(101), timestamp: '2026-05-01T01:00:00Z' });
  expect(stored.sk).toContain('#auto-');
});

test('what the request says of all its calls is merged into each, the call winning', () => {
  const { stored } = read({ context: { locale: 'zh-CN', app: { name: 'own' } } }, 'track', {
    context: { app: { name: 'outer' }, library: { name: 'analytics-node' } },
  });
  expect(JSON.parse(stored.context ?? '')).toEqual({
    locale: 'zh-CN',
    app: { name: 'own' },
    library: { name: 'analytics-node' },
  });
});

test('a call that carries nothing but a groupId or a previousId is kept, apart from every member', () => {
  const lone = { userId: undefined, messageId: 'm' };
  expect(read({ ...lone, groupId: 'g1' }, 'group').stored.userId).toBe('anon:group:g1');
  expect(read({ ...lone, previousId: 'p1' }, 'alias').stored.userId).toBe('anon:p1');
});

test('it expires by when it was received, not by when it happened', () => {
  expect(read({ timestamp: '1997-01-01' }).stored.expiresAt).toBe(reception.expiresAt);
});
