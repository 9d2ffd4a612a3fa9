import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { decodePercent } from './routes.ts';

/** A request, read to its end. */
export type ReceivedRequest = Pick<
  IncomingMessage,
  'method' | 'url' | 'headersDistinct' | 'httpVersion' | 'socket'
> & {
  body: Buffer;
};

const textContentType = /^(text\/|application\/(json|javascript|xml|[^;]+\+(json|xml))\s*(;|$))/i;
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
]);

/**
 * Translates a request into the event that API Gateway's HTTP APIs send a function (payload format 2.0): header
 * names in lower case with repeated values joined by commas, cookies apart, the path decoded, and the body in
 * base64 if it is compressed or not declared as text.
 */
export function buildGatewayEvent(
  request: ReceivedRequest,
  match: { routeKey: string; pathParameters: Record<string, string> },
  api: { id: string; accountId: string; now: Date },
): APIGatewayProxyEventV2 {
  const [path, query] = splitUrl(request.url ?? '/');
  const { headers, cookies } = parseHeaders(request);
  const queryStringParameters = parseQuery(query);
  const isText =
    headers['content-encoding'] === undefined && textContentType.test(headers['content-type'] ?? '');
  const rawPath = decodePercent(path);
  const sourceIp = (request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
  return {
    version: '2.0',
    routeKey: match.routeKey,
    rawPath,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers: { ...headers, 'x-forwarded-for': sourceIp, 'x-forwarded-proto': 'http' },
    ...(queryStringParameters && { queryStringParameters }),
    requestContext: {
      accountId: api.accountId,
      apiId: api.id,
      domainName: headers['host'] ?? 'localhost', // on AWS without a port; here one is needed to come back
      domainPrefix: api.id,
      http: {
        method: request.method ?? 'GET',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: match.routeKey,
      stage: '$default',
      time: formatCommonLogTime(api.now),
      timeEpoch: api.now.getTime(),
    },
    ...(Object.keys(match.pathParameters).length > 0 && { pathParameters: match.pathParameters }),
    ...(request.body.length > 0 && { body: request.body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

/** Path and query of a request target, both as sent. */
export function splitUrl(url: string): [path: string, query: string] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}

function parseHeaders({ headersDistinct }: ReceivedRequest): {
  headers: Record<string, string>;
  cookies: string[];
} {
  const headers: Record<string, string> = {};
  let cookies: string[] = [];
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    if (name === 'cookie') cookies = values.flatMap((value) => value.split(/;\s*/)).filter(Boolean);
    else if (!hopByHop.has(name)) headers[name] = values.join(',');
  }
  return { headers, cookies };
}

function parseQuery(query: string): Record<string, string> | undefined {
  if (query === '') return undefined;
  const found = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const earlier = found.get(name);
    found.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return Object.fromEntries(found);
}

/** `22/Nov/2026:08:05:09 +0000` */
function formatCommonLogTime(now: Date): string {
  const [, day, month, year, time] = now.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

/** What goes back to the client. */
export type GatewayResponse = { status: number; headers: [name: string, value: string][]; body: Buffer };

/** An answer of the gateway's own. */
export function buildGatewayMessage(status: number, message: string): GatewayResponse {
  const body = Buffer.from(JSON.stringify({ message }));
  return { status, headers: [['content-type', 'application/json']], body };
}

/**
 * Translates a function's answer as HTTP APIs do (payload format 2.0): with a `statusCode` it is taken as it says,
 * anything else is the JSON body of a 200. An answer that makes no sense becomes a 500.
 */
export function toGatewayResponse(answer: unknown): GatewayResponse {
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer)) {
    if (answer === null || answer === undefined) return buildGatewayMessage(500, 'Internal Server Error');
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
    return { status: 200, headers: [['content-type', 'application/json']], body: Buffer.from(text) };
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = answer as Record<string, unknown>;
  const status = Number(statusCode);
  const text = body ?? '';
  if (!Number.isInteger(status) || status < 100 || status > 599 || typeof text !== 'string')
    return buildGatewayMessage(500, 'Internal Server Error');
  const pairs = Object.entries((headers ?? {}) as Record<string, unknown>).map(
    ([name, value]): [string, string] => [name.toLowerCase(), String(value)],
  );
  if (!pairs.some(([name]) => name === 'content-type') && text !== '')
    pairs.push(['content-type', 'text/plain;charset=UTF-8']);
  for (const cookie of (cookies ?? []) as string[]) pairs.push(['set-cookie', cookie]);
  return { status, headers: pairs, body: Buffer.from(text, isBase64Encoded ? 'base64' : 'utf8') };
}
