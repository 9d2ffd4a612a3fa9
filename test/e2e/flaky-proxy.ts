import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkedFetch } from './checked-fetch.ts';

/** An HTTP proxy that misbehaves on purpose, and how often it did. */
export interface FlakyProxy {
  url: string;
  /** answered 503 without passing the request on */
  refused: number;
  /** passed on, stored, and then cut off before the answer */
  cut: number;
  passed: number;
  close(): Promise<void>;
}

/**
 * Stands before the API. Of every five first attempts, one is answered 503, and one is cut off after the API has
 * answered it; of second attempts, every third is cut off too.
 */
export async function flakyProxy(target: string): Promise<FlakyProxy> {
  let first = 0;
  let again = 0;
  const proxy: FlakyProxy = { url: '', refused: 0, cut: 0, passed: 0, close: async () => {} };
  const chooseTreatment = (retries: number): 'refuse' | 'cut' | 'pass' => {
    if (retries === 0) {
      first += 1;
      return first % 5 === 1 ? 'refuse' : first % 5 === 3 ? 'cut' : 'pass';
    }
    again += 1;
    return retries === 1 && again % 3 === 0 ? 'cut' : 'pass';
  };
  const server = createServer((request, response) => {
    const treatment = chooseTreatment(Number(request.headers['x-retry-count'] ?? 0));
    answer(target, request, response, treatment)
      .then(() => {
        if (treatment === 'refuse') proxy.refused += 1;
        else if (treatment === 'cut') proxy.cut += 1;
        else proxy.passed += 1;
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  proxy.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return proxy;
}

async function answer(
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
  treatment: 'refuse' | 'cut' | 'pass',
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (treatment === 'refuse') {
    response.writeHead(503, { 'content-type': 'application/json' }).end('{"success":false}');
    return;
  }
  const { authorization = '', 'content-type': type = '' } = request.headers;
  const upstream = await checkedFetch(new URL(request.url ?? '/', target), {
    method: request.method ?? 'POST',
    headers: { authorization, 'content-type': type },
    body: Buffer.concat(chunks),
  });
  const body = await upstream.text();
  if (treatment === 'cut') response.destroy();
  else response.writeHead(upstream.status, { 'content-type': 'application/json' }).end(body);
}
