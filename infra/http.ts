import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ServiceFunction } from '#infra/base/service-function.ts';

const { GET, POST, PUT, DELETE, OPTIONS } = HttpMethod;

type Routes = readonly (readonly [path: string, ...methods: HttpMethod[]])[];

/** Segment's calls, long and short. They answer OPTIONS themselves: only tracking is open to pages of any origin. */
const trackingCalls = 'track identify page screen group alias batch import t i p s g a b'.split(' ');

const trackingRoutes: Routes = [
  ...trackingCalls.map((call) => [`/v1/${call}`, POST, OPTIONS] as const),
  ['/v1/projects/{writeKey}/settings', GET],
];

const apiRoutes: Routes = [
  ['/v1/members/{userId}', GET],
  ['/v1/members/{userId}/score', GET],
  ['/v1/members/{userId}/events', GET],
  ['/v1/members/{userId}/rebuild', POST],
  ['/v1/scores', POST],
  ['/v1/profiles/{externalId}/traits', GET],
  ['/v1/reports/{date}', GET],
  ['/v1/models', GET],
  ['/v1/models/{kind}/{version}', GET],
  ['/v1/models/rollback', POST],
  ['/v1/models/profiles/{id}/name', PUT],
  ['/v1/runs', GET, POST],
  ['/v1/runs/{runId}', GET],
  ['/v1/rebuilds', GET, POST],
  ['/v1/rebuilds/{recountId}', GET],
  ['/v1/rebuilds/{recountId}/resume', POST],
  ['/v1/recounts', GET, POST],
  ['/v1/recounts/{recountId}', GET],
  ['/v1/recounts/{recountId}/resume', POST],
  ['/v1/imports', GET, POST],
  ['/v1/imports/{importId}', GET],
  ['/v1/imports/{importId}/upload', POST],
  ['/v1/imports/{importId}/complete', POST],
  ['/v1/sources', GET],
  ['/v1/sources/{name}/mapping', GET, PUT],
  ['/v1/sources/{name}/mapping/preview', POST],
  ['/v1/keys', GET, POST],
  ['/v1/keys/{id}', DELETE],
  ['/v1/openapi.json', GET],
  ['/docs', GET],
  ['/docs/{file}', GET],
];

const consoleRoutes: Routes = [
  ['/', GET],
  ['/console', GET, POST],
  ['/console/{proxy+}', GET, POST],
];

/** Which member, which key and from where is left out: the route's template is logged, not its path. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    route: '$context.routeKey',
    status: '$context.status',
    responseBytes: '$context.responseLength',
    latencyMs: '$context.responseLatency',
    functionMs: '$context.integrationLatency',
    error: '$context.integrationErrorMessage',
  }),
);

/** The one HTTP API: every route by name, throttled, with access logs. */
export class HttpEntry extends Construct {
  readonly api: HttpApi;

  constructor(
    scope: Construct,
    id: string,
    functions: Readonly<Record<'track' | 'api' | 'console', ServiceFunction>>,
  ) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', { createDefaultStage: false });
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 2_000, burstLimit: 4_000 },
      accessLogSettings: { destination: new LogGroupLogDestination(accessLogs), format: accessLogFormat },
    });
    this.route('Track', functions.track, trackingRoutes);
    this.route('Members', functions.api, apiRoutes);
    this.route('Console', functions.console, consoleRoutes);
    Validations.of(this.api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'Segment SDKs may carry the write key in the body, where no gateway authorizer can see it. The functions check a key on every route but the preflight, the OpenAPI document and its page; a test calls each route without one.',
    });
  }

  private route(id: string, target: ServiceFunction, routes: Routes): void {
    const integration = new HttpLambdaIntegration(id, target.lambda, { scopePermissionToRoute: false });
    for (const [path, ...methods] of routes) this.api.addRoutes({ path, methods, integration });
  }
}
