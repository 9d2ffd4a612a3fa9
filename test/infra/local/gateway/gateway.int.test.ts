import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, expect, test, vi } from 'vitest';
import { type Gateway, openGateway } from '#infra/local/gateway/gateway.ts';
import { FunctionError, type LocalFunction } from '#infra/local/lambda/functions.ts';

let gateway: Gateway | undefined;
afterEach(() => gateway?.stop());

/** A gateway with one function behind POST /echo and GET /echo. */
async function serve(answer: (event: APIGatewayProxyEventV2) => unknown, integrationTimeoutMs = 30_000) {
  const onError = vi.fn();
  gateway = await openGateway({ port: 0, onError, integrationTimeoutMs });
  const target: LocalFunction = {
    name: 'echo',
    arn: 'arn:echo',
    invoke: async (payload) => answer(JSON.parse(payload) as APIGatewayProxyEventV2),
  };
  const routes = ['POST /echo', 'GET /echo'].map((routeKey) => ({ routeKey, target }));
  gateway.serve({ id: 'Api', accountId: '000000000000', routes });
  return { at: (path: string) => `${gateway!.address}${path}`, onError };
}

const message = async (response: Response) => [response.status, await response.json()];

test('a request becomes an event and the answer a response, compressed bodies and all', async () => {
  const { at } = await serve((event) => ({
    statusCode: 202,
    headers: { 'content-type': 'application/json', 'x-mine': '1' },
    cookies: ['a=1', 'b=2'],
    body: JSON.stringify({ body: event.body, base64: event.isBase64Encoded, key: event.routeKey }),
  }));
  const body = gzipSync('{"a":1}');
  const response = await fetch(at('/echo?x=1'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body,
  });
  expect(response.status).toBe(202);
  expect(response.headers.get('x-mine')).toBe('1');
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(await response.json()).toEqual({ body: body.toString('base64'), base64: true, key: 'POST /echo' });
});

test('unknown paths and methods are answered 404 as the gateway does', async () => {
  const { at } = await serve(() => ({ statusCode: 200 }));
  expect(await message(await fetch(at('/other')))).toEqual([404, { message: 'Not Found' }]);
  expect(await message(await fetch(at('/echo'), { method: 'DELETE' }))).toEqual([
    404,
    { message: 'Not Found' },
  ]);
});

test('a body over 10 MB is refused, one just below reaches the function', async () => {
  const { at } = await serve((event) => ({ size: event.body?.length }));
  const post = (bytes: number) =>
    fetch(at('/echo'), {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'x'.repeat(bytes),
    });
  expect(await message(await post(10 * 2 ** 20 + 1))).toEqual([413, { message: 'Request Entity Too Large' }]);
  expect(await message(await post(10 * 2 ** 20))).toEqual([200, { size: 10 * 2 ** 20 }]);
});

test('a function that fails is a 500 that says nothing, and is reported', async () => {
  const { at, onError } = await serve(() => {
    throw new FunctionError('echo threw a secret');
  });
  expect(await message(await fetch(at('/echo')))).toEqual([500, { message: 'Internal Server Error' }]);
  expect(onError).toHaveBeenCalledOnce();
});

test('a function that is too slow is a 503, an event that is too large for it a 413', async () => {
  const slow = await serve(() => new Promise(() => {}), 20);
  expect(await message(await fetch(slow.at('/echo')))).toEqual([503, { message: 'Service Unavailable' }]);
  await gateway?.stop();
  const large = await serve(() => {
    throw new FunctionError('too large', { status: 413 });
  });
  expect((await fetch(large.at('/echo'))).status).toBe(413);
});

test('a header that HTTP does not allow ends that one connection and nothing else', async () => {
  const { at, onError } = await serve((event) => ({
    statusCode: 200,
    headers: event.rawQueryString ? { 'x-bad': 'a\nb' } : {},
  }));
  await expect(fetch(at('/echo?bad'))).rejects.toThrow();
  expect(onError).toHaveBeenCalledOnce();
  expect((await fetch(at('/echo'))).status).toBe(200);
});

test('a client that hangs up in the middle of its request disturbs nobody', async () => {
  const { at, onError } = await serve(() => ({ statusCode: 200 }));
  const socket = connect(Number(new URL(at('')).port), '127.0.0.1');
  socket.write('POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
  await new Promise((resolve) => socket.write('', resolve));
  socket.destroy();
  expect((await fetch(at('/echo'))).status).toBe(200);
  expect(onError).not.toHaveBeenCalled();
});

test('before there are routes the port answers 503, and a busy port says what to do', async () => {
  gateway = await openGateway({ port: 0, onError: () => {} });
  expect((await fetch(gateway.address)).status).toBe(503);
  const port = Number(new URL(gateway.address).port);
  await expect(openGateway({ port, onError: () => {} })).rejects.toThrow(
    new RegExp(`Port ${port} is in use[\\s\\S]*--port ${port + 1}`),
  );
});
