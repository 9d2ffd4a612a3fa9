import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to a request on its way. */
export type Treatment =
  | 'pass'
  | 'hang'
  | 'cut'
  | { answer: number; body: string; headers?: Record<string, string> };

/** Stands before an engine and treats requests as prescribed. */
export interface FaultyProxy {
  url: string;
  /** decides over each request from now on */
  treat: (request: IncomingMessage) => Treatment;
  /** method and path (without what signs it) of every request so far, with the status that was answered */
  seen: string[];
  close(): Promise<void>;
}

/** A proxy before an HTTP engine, which lets everything pass until changed. */
export async function faultyProxy(target: string): Promise<FaultyProxy> {
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, response) => {
    const treatment = proxy.treat(incoming);
    const what = `${incoming.method} ${incoming.url?.split('?')[0]}`;
    if (treatment === 'hang') return void proxy.seen.push(`${what} hangs`);
    if (treatment === 'cut') {
      proxy.seen.push(`${what} cut`);
      return void response.destroy();
    }
    if (typeof treatment === 'object') {
      proxy.seen.push(`${what} ${treatment.answer}`);
      return void response.writeHead(treatment.answer, treatment.headers).end(treatment.body);
    }
    // The host is part of what is signed, so it goes on as the client sent it.
    const { method, url: path, headers } = incoming;
    const onward = request({ hostname, port, method, path, headers }, (answer) => {
      proxy.seen.push(`${what} ${answer.statusCode}`);
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  });
  const proxy: FaultyProxy = {
    url: '',
    treat: () => 'pass',
    seen: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return proxy;
}
