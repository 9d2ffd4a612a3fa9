import { expect, test } from 'vitest';
import { synthesize, target } from '#test/infra/synthesize.ts';

const { all, one } = synthesize();

/** `METHOD /path` of every route that leads to the function whose logical id begins so. */
function routesTo(functionId: string): string[] {
  const integrations = all('AWS::ApiGatewayV2::Integration')
    .filter(({ Properties }) => target(Properties['IntegrationUri'])?.startsWith(functionId))
    .map(({ id }) => id);
  return all('AWS::ApiGatewayV2::Route')
    .filter(({ Properties }) => integrations.includes(Properties['Target']['Fn::Join'][1][1].Ref))
    .map(({ Properties }) => Properties['RouteKey'])
    .sort();
}

test('every call of the Segment SDKs reaches track, preflight included', () => {
  const calls = ['track', 'identify', 'page', 'screen', 'group', 'alias', 'batch', 'import'];
  const paths = [...calls, 't', 'i', 'p', 's', 'g', 'a', 'b'].map((call) => `/v1/${call}`);
  const expected = paths.flatMap((path) => [`POST ${path}`, `OPTIONS ${path}`]);
  expect(routesTo('Track')).toEqual([...expected, 'GET /v1/projects/{writeKey}/settings'].sort());
});

test('the routes of operators and servers reach api, and no page of another origin is let in', () => {
  expect(routesTo('MembersApi')).toEqual(
    [
      'GET /v1/members/{userId}',
      'GET /v1/members/{userId}/events',
      'POST /v1/members/{userId}/rebuild',
      'GET /v1/imports',
      'POST /v1/imports',
      'GET /v1/imports/{importId}',
      'POST /v1/imports/{importId}/complete',
      'GET /v1/sources',
      'GET /v1/sources/{name}/mapping',
      'PUT /v1/sources/{name}/mapping',
      'POST /v1/sources/{name}/mapping/preview',
      'GET /v1/keys',
      'POST /v1/keys',
      'DELETE /v1/keys/{id}',
      'GET /v1/openapi.json',
      'GET /',
      'GET /docs',
      'GET /docs/{file}',
    ].sort(),
  );
  expect(one('AWS::ApiGatewayV2::Api').Properties['CorsConfiguration']).toBeUndefined();
});

test('functions get version 2 of the gateway’s event', () => {
  for (const { Properties } of all('AWS::ApiGatewayV2::Integration'))
    expect(Properties['PayloadFormatVersion']).toBe('2.0');
});

test('requests are throttled before they reach a function', () => {
  const { DefaultRouteSettings } = one('AWS::ApiGatewayV2::Stage').Properties;
  expect(DefaultRouteSettings.ThrottlingRateLimit).toBeGreaterThan(0);
  expect(DefaultRouteSettings.ThrottlingBurstLimit).toBeGreaterThan(0);
});

test('access logs name the route, never the member, the key, the address or the device', () => {
  const { AccessLogSettings } = one('AWS::ApiGatewayV2::Stage').Properties;
  const variables = Object.values(JSON.parse(AccessLogSettings.Format)).sort();
  expect(variables).toEqual([
    '$context.integrationErrorMessage',
    '$context.integrationLatency',
    '$context.requestId',
    '$context.requestTime',
    '$context.responseLatency',
    '$context.responseLength',
    '$context.routeKey',
    '$context.status',
  ]);
});

test('only this API may call the functions behind it', () => {
  const permissions = all('AWS::Lambda::Permission');
  expect(permissions.map(({ Properties }) => target(Properties['FunctionName'])).sort()).toEqual(
    ['MembersApi', 'Track'].map((name) => one('AWS::Lambda::Function', name).id),
  );
  for (const { Properties } of permissions)
    expect(JSON.stringify(Properties['SourceArn'])).toContain(one('AWS::ApiGatewayV2::Api').id);
});
