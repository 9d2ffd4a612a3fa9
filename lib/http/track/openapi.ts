import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { GatewayMessage, gatewayResponses, jsonResponse, lazyContent } from '#lib/http/shared/responses.ts';
import { Batch, CallSchemas, type CallType, Refused, SdkSettings, Stored } from '#lib/http/track/schema.ts';
import { lazySchema } from '#lib/platform/lazy-schema.ts';

type Registry = OpenAPIHono['openAPIRegistry'];

const HOW = `
The write key comes as the user name of Basic authentication or as \`writeKey\` in the body. The body is JSON,
whether it is called \`application/json\` or \`text/plain\`, and may be gzipped (\`Content-Encoding: gzip\`).
At most 500 KB a request and 32 KB an event. Any origin may call this from a browser (CORS).

200 comes only after everything is stored safely. After 429, 5xx or no answer, send the same again: calls with
a \`messageId\` or a \`timestamp\` count once however often they arrive.`;

const SUMMARIES: Record<CallType | 'batch', readonly [summary: string, description: string]> = {
  track: [
    'Something happened',
    'Records one event. Known names count as community actions; others are only kept.',
  ],
  identify: [
    'Who somebody is',
    'Records traits of a member. With an `anonymousId` too, what was done before signing in moves to the member.',
  ],
  page: ['A web page was seen', 'Counts as a view.'],
  screen: ['An app screen was seen', 'Counts as a view.'],
  group: ['Somebody belongs to a group', 'Records membership of a group, such as a class or camp.'],
  alias: ['Two ids are the same person', 'What `previousId` did moves to `userId`.'],
  batch: [
    'Many calls at once',
    'Records up to 2,500 calls. Calls that cannot be read are listed in `rejected`; the others are stored.',
  ],
};

const ALIASES: Record<string, CallType | 'batch'> = {
  t: 'track',
  i: 'identify',
  p: 'page',
  s: 'screen',
  g: 'group',
  a: 'alias',
  b: 'batch',
  import: 'batch',
};

/** Describes the tracking routes, which another function serves, in the API's document. */
export function registerTracking(registry: Registry): void {
  for (const type of Object.keys(SUMMARIES) as (CallType | 'batch')[]) describeCall(registry, type, type);
  for (const [name, type] of Object.entries(ALIASES)) describeCall(registry, name, type);
  registry.registerPath({
    method: 'get',
    path: '/v1/projects/{writeKey}/settings',
    operationId: 'getSdkSettings',
    tags: ['tracking'],
    summary: 'Settings for mobile SDKs',
    description:
      'The Swift, Kotlin and React Native SDKs ask for this first; it tells them to send events here. Public.',
    security: [],
    request: {
      get params() {
        return z.object({ writeKey: z.string().openapi({ param: { name: 'writeKey', in: 'path' } }) });
      },
    },
    responses: { 200: jsonResponse('Where to send events', SdkSettings), ...gatewayResponses },
  });
}

function describeCall(registry: Registry, name: string, type: CallType | 'batch'): void {
  const [summary, what] = SUMMARIES[type];
  const body = lazyContent(type === 'batch' ? Batch : CallSchemas[type]);
  const isShort = name !== type;
  registry.registerPath({
    method: 'post',
    path: `/v1/${name}`,
    operationId: isShort ? `${type}_${name}` : type,
    tags: [isShort ? 'tracking, other names' : 'tracking'],
    summary: isShort ? `Same as /v1/${type}` : summary,
    description: isShort ? `Another name of \`POST /v1/${type}\`, for SDKs that use it.` : `${what}\n${HOW}`,
    security: [{ writeKey: [] }, {}],
    request: {
      get headers() {
        return CallHeaders();
      },
      body: { required: true, content: { 'application/json': body, 'text/plain': body } },
    },
    responses: {
      200: jsonResponse('Stored', Stored),
      400: jsonResponse(
        'Nothing can be stored: not JSON, too large, every call invalid, or no live write key. Do not send it again.',
        Refused,
      ),
      429: tooMany,
      500: jsonResponse('An error on our side. Send it again.', Refused),
      503: {
        ...jsonResponse('The event store does not answer. Send it again.', Refused),
        headers: retryAfter,
      },
    },
  });
}

const CallHeaders = lazySchema(() =>
  z.object({
    'Content-Encoding': z.enum(['gzip']).optional().openapi({ description: 'When the body is gzipped' }),
  }),
);

const retryAfter = {
  'Retry-After': {
    description: 'Seconds to wait before the next attempt',
    schema: { type: 'integer' as const },
  },
};

const tooMany = {
  description: 'Too many requests. Wait as long as `Retry-After` says, then send it again.',
  headers: retryAfter,
  content: { 'application/json': lazyContent(() => z.union([Refused(), GatewayMessage()])) },
};
