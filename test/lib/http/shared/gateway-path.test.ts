import fc from 'fast-check';
import { handle } from 'hono/aws-lambda';
import { expect, test } from 'vitest';
import { reencodePath } from '#lib/http/shared/gateway-path.ts';
import { apiFixture } from '#test/lib/http/api-fixture.ts';
import { memberView } from '#test/lib/http/memory-members.ts';

/** What API Gateway's HTTP API hands over: the path is decoded already. */
const gatewayEvent = (method: string, rawPath: string, key: string) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath,
  rawQueryString: '',
  headers: { authorization: `Bearer ${key}`, host: 'api.example.com' },
  requestContext: { http: { method, path: rawPath }, domainName: 'api.example.com' },
  isBase64Encoded: false,
});

test('any id reaches the reader through the gateway as it was sent', async () => {
  const asked: string[] = [];
  const members = {
    member: async (userId: string) => {
      asked.push(userId);
      return memberView({ userId });
    },
    timeline: async (userId: string) => {
      asked.push(userId);
      return { events: [] };
    },
    rebuild: async () => undefined,
  };
  const scores = {
    score: async (userId: string) => {
      asked.push(userId);
      return memberView().score;
    },
    scores: async () => [],
    traits: async (userId: string) => {
      asked.push(userId);
      return {};
    },
  };
  const { app, findKey } = apiFixture({ members, scores });
  const handler = handle(app);
  const id = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    fc.constantFrom('50%', '%41', 'a/b', 'a#b', 'a b', 'anon:x', '林晓雨', 'a+b', 'a\\b', 'x/events/y'),
  );
  await fc.assert(
    // The URL standard takes dots alone for a way through folders.
    fc.asyncProperty(
      id.filter(
        (text) => text.isWellFormed() && !/^\.\.?$/.test(text) && !/\/(events|rebuild|score)$/.test(text),
      ),
      async (userId) => {
        for (const path of [
          `/v1/members/${userId}`,
          `/v1/members/${userId}/events`,
          `/v1/members/${userId}/score`,
          `/v1/profiles/user_id:${userId}/traits`,
        ]) {
          asked.length = 0;
          const event = reencodePath(gatewayEvent('GET', path, findKey('reader')));
          const answer = await handler(event as never, undefined as never);
          expect(answer).toMatchObject({ statusCode: 200 });
          expect(asked).toEqual([userId]);
        }
      },
    ),
  );
});

test('paths without ids stay as they are', () => {
  for (const rawPath of [
    '/',
    '/docs',
    '/docs/swagger-ui.css',
    '/v1/keys',
    '/v1/openapi.json',
    '/v1/members/',
  ]) {
    expect(reencodePath({ rawPath })).toEqual({ rawPath });
  }
});
