import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Status and JSON body of an answer. */
export type JsonAnswer = readonly [status: number, body: object];

/**
 * Serves an AWS service of the JSON protocol on a free loopback port.
 * @param version of the protocol: `1.0` or `1.1`
 * @param answer gets what `X-Amz-Target` names and the request's text; what it throws becomes a 500
 */
export async function serveJson(
  version: '1.0' | '1.1',
  answer: (target: string, text: string) => JsonAnswer,
): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const [status, body] = answered(String(request.headers['x-amz-target']), Buffer.concat(chunks));
      response
        .writeHead(status, { 'content-type': `application/x-amz-json-${version}` })
        .end(JSON.stringify(body));
    });
  });
  function answered(target: string, body: Buffer): JsonAnswer {
    try {
      return answer(target, body.toString());
    } catch (error) {
      return [500, { __type: 'InternalFailure', message: String(error) }];
    }
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
