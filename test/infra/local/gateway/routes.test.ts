import { expect, test } from 'vitest';
import { createRouteTable } from '#infra/local/gateway/routes.ts';

const keys = [
  'ANY /{proxy+}',
  'GET /v1/members/{userId}',
  'GET /v1/members/me',
  'GET /v1/{proxy+}',
  'POST /v1/members/{userId}',
  'ANY /docs',
  'GET /docs',
  '$default',
];
const find = createRouteTable(keys.map((routeKey) => ({ routeKey, target: routeKey })));

test.each([
  ['GET', '/v1/members/me', 'GET /v1/members/me', {}],
  ['GET', '/v1/members/42', 'GET /v1/members/{userId}', { userId: '42' }],
  ['GET', '/v1/members/a%2Fb%20c', 'GET /v1/members/{userId}', { userId: 'a/b c' }],
  ['POST', '/v1/members/me', 'POST /v1/members/{userId}', { userId: 'me' }],
  ['GET', '/v1/members/42/events', 'GET /v1/{proxy+}', { proxy: 'members/42/events' }],
  ['DELETE', '/v1/members/42', 'ANY /{proxy+}', { proxy: 'v1/members/42' }],
  ['GET', '/docs', 'GET /docs', {}],
  ['PUT', '/docs', 'ANY /docs', {}],
  ['GET', '/%E0%A4%A', 'ANY /{proxy+}', { proxy: '%E0%A4%A' }],
])('%s %s takes %s', (method, path, routeKey, pathParameters) => {
  expect(find(method, path)).toEqual({ routeKey, target: routeKey, pathParameters });
});

test('without a matching route, $default answers, or nobody', () => {
  const only = [{ routeKey: 'POST /v1/track', target: 1 }];
  expect(createRouteTable(only)('GET', '/v1/track')).toBeUndefined();
  expect(createRouteTable(only)('POST', '/v1/track/')).toBeUndefined();
  expect(createRouteTable(only)('POST', '/v1')).toBeUndefined();
  expect(createRouteTable([...only, { routeKey: '$default', target: 2 }])('GET', '/x')).toEqual({
    routeKey: '$default',
    target: 2,
    pathParameters: {},
  });
});
