import { expect, test } from 'vitest';
import { synthesize, target } from '#test/infra/synthesize.ts';
import { apiFixture } from '#test/lib/http/api-fixture.ts';

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

test('every operation of the API’s document has its route to api, and there is no other', () => {
  const operations = Object.entries(apiFixture().document.paths ?? {}).flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const elsewhere = [...routesTo('Track'), ...routesTo('Console')];
  expect(operations.length).toBeGreaterThan(20);
  expect(routesTo('MembersApi')).toEqual(
    operations.filter((operation) => !elsewhere.includes(operation)).sort(),
  );
});

test('people’s pages reach console, and no page of another origin is let in', () => {
  const pages = ['/console', '/console/{proxy+}'];
  expect(routesTo('Console')).toEqual(
    ['GET /', ...pages.flatMap((path) => [`GET ${path}`, `POST ${path}`])].sort(),
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
    ['Console', 'MembersApi', 'Track'].map((name) => one('AWS::Lambda::Function', name).id),
  );
  for (const { Properties } of permissions)
    expect(JSON.stringify(Properties['SourceArn'])).toContain(one('AWS::ApiGatewayV2::Api').id);
});
