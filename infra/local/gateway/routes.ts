import type { LocalFunction } from '#infra/local/lambda/functions.ts';
import type { Template } from '#infra/local/template/assembly.ts';
import type { Resolve } from '#infra/local/template/intrinsics.ts';

type RouteProperties = Record<string, unknown>;

/**
 * The routes of the template's HTTP API, each with the function behind it.
 * @param functionOf finds a function by its ARN
 * @throws Error naming the resource that asks for something the local gateway does not do
 */
export function readHttpRoutes(
  { Resources }: Template,
  resolve: Resolve,
  functionOf: (arn: string) => LocalFunction,
): { apiId: string; routes: Route<LocalFunction>[] } {
  const ofType = (type: string): [string, RouteProperties][] =>
    Object.entries(Resources)
      .filter(([, { Type }]) => Type === type)
      .map(([id, { Properties }]) => [id, resolve(Properties ?? {}, id) as RouteProperties]);

  const apis = ofType('AWS::ApiGatewayV2::Api');
  const [api] = apis;
  if (!api || apis.length > 1)
    throw new Error(`The template has ${apis.length} HTTP APIs; the local target serves one`);
  assertProperty(api, 'ProtocolType', ['HTTP']);
  assertProperty(api, 'CorsConfiguration', [undefined]);
  assertProperty(api, 'Body', [undefined]);
  for (const stage of ofType('AWS::ApiGatewayV2::Stage')) assertProperty(stage, 'StageName', ['$default']);

  const targets = new Map<string, LocalFunction>();
  for (const integration of ofType('AWS::ApiGatewayV2::Integration')) {
    assertProperty(integration, 'IntegrationType', ['AWS_PROXY']);
    assertProperty(integration, 'PayloadFormatVersion', ['2.0']);
    assertProperty(integration, 'RequestParameters', [undefined]);
    const [id, { IntegrationUri }] = integration;
    targets.set(`integrations/${id}`, functionOf(String(IntegrationUri)));
  }
  const routes = ofType('AWS::ApiGatewayV2::Route').map((route): Route<LocalFunction> => {
    assertProperty(route, 'AuthorizationType', ['NONE', undefined]);
    const [id, { RouteKey, Target }] = route;
    const target = targets.get(String(Target));
    if (!target) throw new Error(`${id}: the local gateway knows no ${Target}`);
    return { routeKey: String(RouteKey), target };
  });
  return { apiId: api[0], routes };
}

function assertProperty([id, properties]: [string, RouteProperties], name: string, known: unknown[]): void {
  if (known.includes(properties[name])) return;
  throw new Error(
    `${id}: the local gateway does not know ${name} ${JSON.stringify(properties[name])} (infra/local/gateway/routes.ts)`,
  );
}

/** A route of an HTTP API and what stands behind it. */
export type Route<Target> = { routeKey: string; target: Target };

/** The route that won, with its path variables decoded. */
type Match<Target> = Route<Target> & { pathParameters: Record<string, string> };

type Parsed<Target> = Route<Target> & { method: string; segments: string[] };

/**
 * Finds routes as API Gateway does for HTTP APIs: a literal segment goes before a variable, a variable before a
 * greedy one (`{proxy+}`), a named method before ANY, and `$default` takes what is left. Methods are not inherited:
 * a path that only has a POST route does not answer GET.
 * @returns finds the match for a method and a path as sent (still percent-encoded)
 */
export function createRouteTable<Target>(
  routes: readonly Route<Target>[],
): (method: string, path: string) => Match<Target> | undefined {
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');
  const parsed = routes
    .filter((route) => route !== fallback)
    .map((route): Parsed<Target> => {
      const [method = '', path = ''] = route.routeKey.split(' ');
      return { ...route, method, segments: path.split('/').slice(1) };
    })
    .sort(bySpecificity);

  return (method, path) => {
    const segments = path.split('/').slice(1);
    for (const route of parsed) {
      if (route.method !== method && route.method !== 'ANY') continue;
      const pathParameters = matchParameters(route.segments, segments);
      if (pathParameters) return { routeKey: route.routeKey, target: route.target, pathParameters };
    }
    return fallback && { ...fallback, pathParameters: {} };
  };
}

function matchParameters(pattern: string[], segments: string[]): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const variable = /^\{(.+?)(\+)?\}$/.exec(expected);
    const actual = segments[index];
    if (actual === undefined) return undefined;
    if (!variable) {
      if (decodePercent(actual) !== expected) return undefined;
    } else if (variable[2]) {
      found[variable[1]!] = decodePercent(segments.slice(index).join('/'));
      return found;
    } else {
      if (actual === '') return undefined;
      found[variable[1]!] = decodePercent(actual);
    }
  }
  return pattern.length === segments.length ? found : undefined;
}

/** Percent-decoding that leaves alone what is not valid. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function bySpecificity<T>(a: Parsed<T>, b: Parsed<T>): number {
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index += 1) {
    const difference = rank(a.segments[index]) - rank(b.segments[index]);
    if (difference !== 0) return difference;
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function rank(segment: string | undefined): number {
  if (segment === undefined) return 3;
  if (segment.endsWith('+}')) return 2;
  return segment.startsWith('{') ? 1 : 0;
}
