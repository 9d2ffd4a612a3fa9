import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { demoCommunity } from '#infra/local/demo/community.ts';
import { loadDemo } from '#infra/local/demo/load.ts';
import type { SegmentCall } from '#infra/local/demo/segment-call.ts';

const now = new Date('2025-11-22T13:07:00Z');
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server in the place of the tracking API; `answer` decides about the nth request. */
async function serverThat(
  answer: (nth: number, body: string, response: ServerResponse) => unknown,
): Promise<string> {
  let nth = 0;
  const server = createServer(async (request: IncomingMessage, response) => {
    expect(request.headers.authorization).toBe(`Basic ${Buffer.from('wk_demo:').toString('base64')}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    nth += 1;
    answer(nth, Buffer.concat(chunks).toString(), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('everything arrives, each member’s calls in order, although the API is busy or cut off at times', async () => {
  const arrived: SegmentCall[] = [];
  let largest = 0;
  const api = await serverThat((nth, body, response) => {
    largest = Math.max(largest, Buffer.byteLength(body));
    if (nth === 2) return response.writeHead(503, { 'retry-after': '0' }).end();
    if (nth === 5) return response.destroy();
    if (nth === 9) return response.writeHead(429, { 'retry-after': '0' }).end();
    const { batch, sentAt } = JSON.parse(body) as { batch: SegmentCall[]; sentAt: string };
    expect(Date.parse(sentAt)).toBeGreaterThan(now.getTime());
    arrived.push(...batch);
    return response.end('{"success":true}');
  });
  const steps: number[] = [];
  const loaded = await loadDemo({ api, writeKey: 'wk_demo', now, onProgress: (done) => steps.push(done) });

  const { calls, members } = demoCommunity({ now });
  expect(loaded).toEqual({ members: members.length, events: calls.length });
  expect(largest).toBeLessThan(500 * 1024);
  expect(steps.at(-1)).toBe(calls.length);
  const listIds = (of: readonly SegmentCall[]) => {
    const ids = new Map<string, string[]>();
    for (const { userId, anonymousId, messageId } of of) {
      const who = (userId ?? anonymousId)!.slice(-4);
      ids.set(who, [...(ids.get(who) ?? []), messageId]);
    }
    return ids;
  };
  expect(listIds(arrived)).toEqual(listIds(calls));
});

test('a refusal is an error with the API’s own words', async () => {
  const refusal = '{"success":false,"code":"unknown_key","message":"this write key is not known"}';
  const api = await serverThat((_, __, response) => response.writeHead(400).end(refusal));
  await expect(loadDemo({ api, writeKey: 'wk_demo', now })).rejects.toThrow(
    /refused a batch with 400: this write key is not known/,
  );
});

test('a call that the API rejects is an error too, since a demo has none', async () => {
  const partly = '{"success":true,"rejected":[{"index":0,"code":"id_blocked","message":"no"}]}';
  const api = await serverThat((_, __, response) => response.end(partly));
  await expect(loadDemo({ api, writeKey: 'wk_demo', now })).rejects.toThrow(/id_blocked/);
});

test('loading stops when it is aborted', async () => {
  const stop = new AbortController();
  const api = await serverThat((nth, _, response) => {
    if (nth === 3) stop.abort(new Error('Ctrl-C'));
    response.end('{"success":true}');
  });
  await expect(loadDemo({ api, writeKey: 'wk_demo', now, signal: stop.signal })).rejects.toThrow(/Ctrl-C/);
});
