import { setTimeout as wait } from 'node:timers/promises';
import { demoCommunity } from './community.ts';
import type { SegmentCall } from './segment-call.ts';

const LANES = 4;
const MAX_EVENTS = 200;
// Segment's limit is 500 KB; the rest of the body needs some room too.
const MAX_BYTES = 480_000;
const ATTEMPTS = 10;
const LONGEST_WAIT_MS = 10_000;

export interface LoadOptions {
  /** base URL of the API, e.g. http://127.0.0.1:3000 */
  api: string;
  writeKey: string;
  /** up to when the demo community has lived; loading again with the same day changes nothing */
  now: Date;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/**
 * Sends the demo community through the tracking API, as a server with a Segment SDK does: batches with Basic
 * authentication, a few at a time, each member's calls in order, and again when the API is busy or away.
 * @throws Error with the API's own message when it refuses a batch or any call of it, or stays unreachable
 */
export async function loadDemo(options: LoadOptions): Promise<{ members: number; events: number }> {
  const { members, calls } = demoCommunity({ now: options.now });
  let done = 0;
  const failed = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, failed.signal]) : failed.signal;
  const lane = async (own: readonly SegmentCall[]) => {
    for (const batch of splitIntoBatches(own)) {
      await send(batch, options, signal);
      done += batch.length;
      options.onProgress?.(done, calls.length);
    }
  };
  const lanes = splitIntoLanes(calls).map(lane);
  // The first lane that fails stops the others, and all have ended before the caller hears of it.
  await Promise.all(lanes).catch(async (error: unknown) => {
    failed.abort(error);
    await Promise.allSettled(lanes);
    throw error;
  });
  return { members: members.length, events: calls.length };
}

/** Deals the calls to lanes by member (the number at the end of the id, which a visitor shares with the member). */
function splitIntoLanes(calls: readonly SegmentCall[]): SegmentCall[][] {
  const lanes: SegmentCall[][] = Array.from({ length: LANES }, () => []);
  for (const call of calls) lanes[Number((call.userId ?? call.anonymousId)?.slice(-4)) % LANES]!.push(call);
  return lanes;
}

function* splitIntoBatches(calls: readonly SegmentCall[]): Generator<string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const call of calls) {
    const json = JSON.stringify(call);
    const size = Buffer.byteLength(json) + 1;
    if (batch.length === MAX_EVENTS || bytes + size > MAX_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(json);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

async function send(
  batch: readonly string[],
  { api, writeKey }: LoadOptions,
  signal: AbortSignal,
): Promise<void> {
  const url = new URL('/v1/batch', api);
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    const outcome = await post(url, writeKey, batch, signal);
    if (outcome === 'stored') return;
    if (attempt === ATTEMPTS) {
      throw new Error(
        `Loading the demo community: ${url} ${outcome.trouble}, ${ATTEMPTS} times in a row. Start again: what has arrived is kept and not counted twice.`,
      );
    }
    await wait(Math.min(outcome.afterMs ?? 200 * 2 ** attempt, LONGEST_WAIT_MS), undefined, { signal });
  }
}

type Outcome = 'stored' | { trouble: string; afterMs?: number };

async function post(
  url: URL,
  writeKey: string,
  batch: readonly string[],
  signal: AbortSignal,
): Promise<Outcome> {
  const headers = {
    'content-type': 'application/json',
    authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
  };
  const body = `{"sentAt":"${new Date().toISOString()}","batch":[${batch.join(',')}]}`;
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { method: 'POST', headers, body, signal });
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    return { trouble: `cannot be reached (${describeError(error)})` };
  }
  if (response.status === 429 || response.status >= 500) {
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const trouble = `answers ${response.status} ${text.slice(0, 200)}`;
    return seconds >= 0 ? { trouble, afterMs: seconds * 1000 } : { trouble };
  }
  const answer = parseBody(text);
  if (response.status === 200 && !Array.isArray(answer['rejected'])) return 'stored';
  const what = Array.isArray(answer['rejected'])
    ? JSON.stringify(answer['rejected'][0])
    : (answer['message'] ?? text);
  throw new Error(`Loading the demo community: ${url} refused a batch with ${response.status}: ${what}`);
}

const describeError = (error: unknown): string =>
  String(error instanceof Error && error.cause instanceof Error ? error.cause.message : error);

function parseBody(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
