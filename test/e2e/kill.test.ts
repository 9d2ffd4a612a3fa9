import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Access, allActions, fetchMember, fetchTimeline } from './segment-client.ts';
import { type StackProcess, startStack } from './stack-process.ts';

const MEMBERS = 60;
const EVENTS_PER_BATCH = 50;
const IN_FLIGHT = 6;

interface Call {
  type: 'track';
  userId: string;
  event: 'Post Created' | 'Order Completed';
  messageId: string;
  timestamp: string;
  properties: Record<string, unknown>;
}

let dataDir: string;
let stack: StackProcess | undefined;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'zhiqun-kill-'));
});

afterAll(async () => {
  await stack?.killAll();
  await rm(dataDir, { recursive: true, force: true });
});

test('kill -9 of everything, or of the stack alone, in the middle of a load: nothing is lost or counted twice', async () => {
  stack = await startStack(dataDir);
  const all: Call[] = [];
  for (const round of ['killAll', 'killParent'] as const) {
    const calls = buildCalls(round, 9_000);
    all.push(...calls);
    const batches = buildBatches(calls);
    const acknowledged = new Set<number>();
    const loading = send(stack.access, batches, [...batches.keys()], (nth) => acknowledged.add(nth));
    await vi.waitFor(() => expect(acknowledged.size).toBeGreaterThan(batches.length / 4), {
      timeout: 30_000,
      interval: 2,
    });
    await stack[round]();
    await loading;
    expect(acknowledged.size).toBeLessThan(batches.length);

    stack = await startStack(dataDir);
    await expectStored(
      stack.access,
      [...acknowledged].flatMap((nth) => batches[nth]!),
    );
    // An SDK repeats what was not acknowledged; one that was restarted itself repeats some of the rest too.
    const again = [...batches.keys()].filter((nth) => !acknowledged.has(nth) || nth % 3 === 0);
    const repeated = new Set<number>();
    await send(stack.access, batches, again, (nth) => repeated.add(nth));
    expect(repeated.size).toBe(again.length);
    await expectCounts(stack.access, all);
  }
  const tookMs = await stack.stop();
  stack = undefined;
  expect(tookMs).toBeLessThan(5_000);
}, 120_000);

function buildCalls(round: string, count: number): Call[] {
  const now = Date.now();
  return Array.from({ length: count }, (_, nth) => ({
    type: 'track',
    userId: `kill-${nth % MEMBERS}`,
    event: nth % 4 === 0 ? 'Order Completed' : 'Post Created',
    messageId: `${round}-${nth}`,
    timestamp: new Date(now - nth * 10_000).toISOString(),
    properties:
      nth % 4 === 0 ? { order_id: `${round}-${nth}`, total: 1 + (nth % 100) / 100, currency: 'CNY' } : {},
  }));
}

const buildBatches = (calls: readonly Call[]): Call[][] =>
  Array.from({ length: Math.ceil(calls.length / EVENTS_PER_BATCH) }, (_, nth) =>
    calls.slice(nth * EVENTS_PER_BATCH, (nth + 1) * EVENTS_PER_BATCH),
  );

/** Sends batches, a few at a time and each once; what fails is for the caller to repeat. */
async function send(
  { api, writeKey }: Access,
  batches: readonly Call[][],
  which: readonly number[],
  onAcknowledged: (nth: number) => void,
): Promise<void> {
  const waiting = [...which];
  const lane = async () => {
    for (let nth = waiting.shift(); nth !== undefined; nth = waiting.shift()) {
      const body = JSON.stringify({ writeKey, sentAt: new Date().toISOString(), batch: batches[nth] });
      const response = await fetch(new URL('/v1/batch', api), { method: 'POST', body }).catch(
        () => undefined,
      );
      if (response?.status === 200) onAcknowledged(nth);
      await response?.arrayBuffer().catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

/** Every one of these calls is in its member's timeline: the log has kept what was acknowledged. */
async function expectStored(access: Access, calls: readonly Call[]): Promise<void> {
  for (const [userId, own] of Map.groupBy(calls, (call) => call.userId)) {
    const ids = new Set((await fetchTimeline(access, userId, 100)).map(({ messageId }) => messageId));
    expect(own.filter(({ messageId }) => !ids.has(messageId))).toEqual([]);
  }
}

async function expectCounts(access: Access, calls: readonly Call[]): Promise<void> {
  for (const [userId, own] of Map.groupBy(calls, (call) => call.userId)) {
    const orders = own.filter(({ event }) => event === 'Order Completed');
    const paid = orders.reduce(
      (sum, { properties }) => sum + Math.round(Number(properties['total']) * 100),
      0,
    );
    await vi.waitFor(
      async () => {
        const view = await fetchMember(access, userId);
        expect(view?.counts.total).toEqual(
          allActions({ post: own.length - orders.length, order: orders.length }),
        );
        expect(view?.netPaymentMinor.total).toBe(paid);
      },
      { timeout: 20_000, interval: 100 },
    );
  }
}
