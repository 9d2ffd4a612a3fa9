import { handle } from 'hono/aws-lambda';
import { toEventItem } from '#lib/events/stored-event.ts';
import { setTextAside, trackApp } from '#lib/http/track/app.ts';

import { gatewayEvent } from './ingest.ts';
import { median, type Result } from './result.ts';
import { sdkBatch } from './sdk-events.ts';

const CALLS_PER_ROUND = 400;
const ROUNDS = 25;
// What was measured for parsing alone and what the handler may take, in microseconds on the same machine.
const MOST_OVER_PARSE = 100 / 24;

/** The track handler on a request of 50 events, up to the items that go to DynamoDB, against JSON.parse of its body. */
export async function run(): Promise<Result[]> {
  let made = 0;
  const handler = handle(
    trackApp({
      acceptsWriteKey: async () => true,
      events: {
        put: async (events) => {
          for (const stored of events) made += Object.keys(toEventItem(stored)).length;
        },
      },
      retentionDays: 400,
      now: Date.now,
      randomId: () => 'none',
      onFailure: (error) => {
        throw error;
      },
    }),
  );
  const body = sdkBatch('member', 0, 50);
  const event = gatewayEvent(body, `Basic ${btoa('wk_x:')}`) as Parameters<typeof handler>[0];
  const context = {} as NonNullable<Parameters<typeof handler>[1]>;
  const ours: number[] = [];
  const parse: number[] = [];
  for (let round = -5; round < ROUNDS; round += 1) {
    const handlerTime = await microseconds(async () => void (await handler(setTextAside(event), context)));
    const parseTime = await microseconds(async () => void JSON.parse(body));
    if (round < 0) continue;
    ours.push(handlerTime);
    parse.push(parseTime);
  }
  if (made === 0) throw new Error('the handler stored nothing');
  const ratio = median(ours) / median(parse);
  return [
    {
      name: 'track handler on 50 events without DynamoDB / JSON.parse of the body',
      value: `${ratio.toFixed(2)} (${median(ours).toFixed(0)} / ${median(parse).toFixed(0)} µs)`,
      target: `≤ ${MOST_OVER_PARSE.toFixed(2)}`,
      ok: ratio <= MOST_OVER_PARSE,
    },
  ];
}

async function microseconds(once: () => Promise<void>): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < CALLS_PER_ROUND; i += 1) await once();
  return ((performance.now() - start) * 1000) / CALLS_PER_ROUND;
}
