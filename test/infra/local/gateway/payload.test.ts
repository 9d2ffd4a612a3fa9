import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildGatewayEvent, type ReceivedRequest, toGatewayResponse } from '#infra/local/gateway/payload.ts';

function event(given: Partial<Omit<ReceivedRequest, 'body'>> & { body?: string | Buffer } = {}) {
  const received = {
    method: 'POST',
    url: '/v1/track',
    headersDistinct: { host: ['localhost:3000'], 'content-type': ['application/json'] },
    httpVersion: '1.1',
    socket: { remoteAddress: '::ffff:127.0.0.1' } as ReceivedRequest['socket'],
    ...given,
    body: Buffer.from(given.body ?? '{}'),
  };
  const match = { routeKey: 'POST /v1/track', pathParameters: {} };
  const now = new Date('2026-11-02T08:05:09.123Z');
  return buildGatewayEvent(received, match, { id: 'Api', accountId: '000000000000', now });
}

const withType = (type?: string, encoding?: string) => ({
  ...(type && { 'content-type': [type] }),
  ...(encoding && { 'content-encoding': [encoding] }),
});

test.each([
  ['application/json', undefined],
  ['application/json; charset=utf-8', undefined],
  ['text/plain', undefined],
  ['application/problem+json', undefined],
])('a body declared as %s arrives as text', (type, encoding) => {
  const { body, isBase64Encoded } = event({ headersDistinct: withType(type, encoding), body: '{"名":1}' });
  expect({ body, isBase64Encoded }).toEqual({ body: '{"名":1}', isBase64Encoded: false });
});

test.each([
  ['application/json', 'gzip'],
  ['application/octet-stream', undefined],
  ['application/x-www-form-urlencoded', undefined],
  [undefined, undefined],
])('a body declared as %s, encoding %s, arrives in base64', (type, encoding) => {
  const sent = gzipSync('{}');
  const { body, isBase64Encoded } = event({ headersDistinct: withType(type, encoding), body: sent });
  expect(isBase64Encoded).toBe(true);
  expect(Buffer.from(body!, 'base64')).toEqual(sent);
});

test('no body is no body', () => {
  expect(event({ body: '' })).toMatchObject({ isBase64Encoded: false });
  expect(event({ body: '' })).not.toHaveProperty('body');
});

test('repeated headers and parameters are joined, cookies stand apart, the query stays raw', () => {
  const translated = event({
    url: '/v1/track?a=1&a=2&b=%20x',
    headersDistinct: { 'x-many': ['1', '2'], cookie: ['a=1; b=2'], connection: ['keep-alive'] },
  });
  expect(translated.headers).toMatchObject({ 'x-many': '1,2', 'x-forwarded-for': '127.0.0.1' });
  expect(translated.headers).not.toHaveProperty('connection');
  expect(translated.headers).not.toHaveProperty('cookie');
  expect(translated.cookies).toEqual(['a=1', 'b=2']);
  expect(translated.rawQueryString).toBe('a=1&a=2&b=%20x');
  expect(translated.queryStringParameters).toEqual({ a: '1,2', b: ' x' });
});

test('the path arrives decoded, and the context says what was asked', () => {
  const { rawPath, requestContext } = event({ url: '/v1/members/%E5%BC%A0%20%25?x' });
  expect(rawPath).toBe('/v1/members/张 %');
  expect(requestContext).toMatchObject({
    domainName: 'localhost:3000',
    stage: '$default',
    routeKey: 'POST /v1/track',
    time: '02/Nov/2026:08:05:09 +0000',
    timeEpoch: Date.parse('2026-11-02T08:05:09.123Z'),
    http: { method: 'POST', path: '/v1/members/张 %', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
  });
});

test('an answer with a status is taken as it says', () => {
  const answer = {
    statusCode: 201,
    headers: { 'Content-Type': 'image/png' },
    cookies: ['a=1', 'b=2'],
    body: Buffer.from([1, 2]).toString('base64'),
    isBase64Encoded: true,
  };
  expect(toGatewayResponse(answer)).toEqual({
    status: 201,
    headers: [
      ['content-type', 'image/png'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ],
    body: Buffer.from([1, 2]),
  });
});

test('any other answer is the JSON of a 200, and one that makes no sense a 500', () => {
  expect(toGatewayResponse({ ok: 1 })).toMatchObject({ status: 200, body: Buffer.from('{"ok":1}') });
  for (const nonsense of [null, undefined, { statusCode: 'x' }, { statusCode: 200, body: {} }])
    expect(toGatewayResponse(nonsense).status).toBe(500);
});
