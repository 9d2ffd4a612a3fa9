import type { LocalFunction } from '#infra/local/lambda/functions.ts';
import type { Template } from '#infra/local/template/assembly-reader.ts';
import type { Resolve } from '#infra/local/template/intrinsics.ts';
import type { Route } from './route-table.ts';

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
