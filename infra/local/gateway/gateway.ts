import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FunctionError, type LocalFunction } from '#infra/local/lambda/functions.ts';
import {
  buildGatewayEvent,
  buildGatewayMessage,
  type GatewayResponse,
  splitUrl,
  toGatewayResponse,
} from './payload.ts';

import { createRouteTable, type Route } from './routes.ts';

const bodyLimitBytes = 10 * 1024 * 1024;
const headerLimitBytes = 10_240;

/** An open port that answers 503 until `serve` gives it routes. */
export type Gateway = {
  /** `http://127.0.0.1:3000` */
  address: string;
  serve(api: { id: string; accountId: string; routes: Route<LocalFunction>[] }): void;
  stop(): Promise<void>;
};

export type GatewayOptions = {
  /** 0 takes any free port. */
  port: number;
  /** Called with every function that failed, and every request the gateway could not pass on. */
  onError(error: unknown): void;
  /** API Gateway's limit, 30 s; tests shorten it. */
  integrationTimeoutMs?: number;
};

/**
 * Opens the port of the local HTTP API, on the loopback only.
 * @throws Error that says what to do if the port is taken
 */
export async function openGateway({
  port,
  onError,
  integrationTimeoutMs = 30_000,
}: GatewayOptions): Promise<Gateway> {
  let answer = async (_: IncomingMessage): Promise<GatewayResponse> =>
    buildGatewayMessage(503, 'Service Unavailable');
  const inFlight = new Set<Promise<void>>();
  const server = createServer({ maxHeaderSize: headerLimitBytes }, (request, response) => {
    const exchange = answer(request)
      .catch((error) => {
        if (request.destroyed && !request.complete) return undefined; // the client hung up while sending
        onError(error);
        return buildGatewayMessage(500, 'Internal Server Error');
      })
      .then((result) => {
        if (result) send(response, result, request.method === 'HEAD');
        else response.destroy();
      })
      .catch((error) => {
        onError(error); // a header that HTTP does not allow, for example
        response.destroy();
      });
    inFlight.add(exchange);
    exchange.finally(() => inFlight.delete(exchange));
  });
  server.keepAliveTimeout = 65_000; // longer than clients keep theirs, so that none sends into a closing connection
  await listen(server, port);

  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: ({ id, accountId, routes }) => {
      const find = createRouteTable(routes);
      answer = async (request) => {
        const body = await readBody(request);
        if (!body) return buildGatewayMessage(413, 'Request Entity Too Large');
        const match = find(request.method ?? 'GET', splitUrl(request.url ?? '/')[0]);
        if (!match) return buildGatewayMessage(404, 'Not Found');
        const { method, url, headersDistinct, httpVersion, socket } = request;
        const event = buildGatewayEvent({ method, url, headersDistinct, httpVersion, socket, body }, match, {
          id,
          accountId,
          now: new Date(),
        });
        return invokeIntegration(match.target, JSON.stringify(event), integrationTimeoutMs, onError);
      };
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await Promise.race([
        Promise.all(inFlight),
        new Promise((resolve) => setTimeout(resolve, 1_500).unref()),
      ]);
      server.closeAllConnections();
      await closed;
    },
  };
}

async function invokeIntegration(
  target: LocalFunction,
  payload: string,
  timeoutMs: number,
  onError: (error: unknown) => void,
): Promise<GatewayResponse> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<GatewayResponse>((resolve) => {
    timer = setTimeout(() => resolve(buildGatewayMessage(503, 'Service Unavailable')), timeoutMs);
  });
  const answered = target.invoke(payload).then(toGatewayResponse, (error: unknown) => {
    onError(error);
    const tooLarge = error instanceof FunctionError && error.status === 413;
    return tooLarge
      ? buildGatewayMessage(413, 'Request Entity Too Large')
      : buildGatewayMessage(500, 'Internal Server Error');
  });
  try {
    return await Promise.race([answered, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** The whole body; undefined if it is over the limit (the rest is then read and thrown away). */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= bodyLimitBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return bytes > bodyLimitBytes ? undefined : Buffer.concat(chunks, bytes);
}

function send(response: ServerResponse, { status, headers, body }: GatewayResponse, headOnly: boolean): void {
  if (response.destroyed) return;
  response.statusCode = status;
  for (const [name, value] of headers) {
    if (name === 'set-cookie') response.appendHeader(name, value);
    else if (name !== 'content-length' && name !== 'transfer-encoding') response.setHeader(name, value);
  }
  if (status !== 204 && status !== 304) response.setHeader('content-length', body.length);
  response.end(headOnly ? undefined : body);
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? `Port ${port} is in use by another program`
          : error.code === 'EACCES'
            ? `Port ${port} may not be used by this account`
            : `Port ${port} cannot be opened (${error.message})`;
      reject(
        new Error(`${why}.\n  Choose another:  npm start -- --port ${port + 1}  (or 0 for any free one)`),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}
