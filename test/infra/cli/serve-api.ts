import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { ApiDeps } from '#lib/http/app.ts';
import { apiFixture } from '#test/lib/http/api-fixture.ts';

/** The API over HTTP, with every answer checked against its document, and the key of an operator. */
export async function serveApi(parts: Partial<ApiDeps>): Promise<{ url: string; key: string; stop(): void }> {
  const { answer, findKey } = apiFixture(parts);
  const server: Server = createServer(async (request, response) => {
    const body = await buffer(request);
    const reply = await answer(
      new Request(`http://localhost${request.url}`, {
        method: request.method ?? 'GET',
        headers: {
          authorization: request.headers.authorization ?? '',
          'content-type': request.headers['content-type'] ?? '',
        },
        ...(body.length > 0 && { body: new Uint8Array(body) }),
      }),
    );
    response.writeHead(reply.status, Object.fromEntries(reply.headers)).end(await reply.text());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: findKey('operator'),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
