import { payloadLimitBytes } from './functions.ts';
import type { StreamRecord } from './stream-record.ts';

/** Records of some partition keys, delivered one batch after the other. */
export type Lane = {
  offer(record: StreamRecord): void;
  /** Records that wait for a batch or are in one. */
  held(): number;
  /** Sends a batch if one is due. `quiet`: the stream has nothing more right now, so waiting gains nothing. */
  tick(quiet: boolean): void;
  /** The batch on its way, if any. */
  current(): Promise<void>;
};

export type LaneOptions = {
  batchSize: number;
  windowMs: number;
  now(): number;
  /** Resolves when every record is done for good; rejects if the poller stops meanwhile. */
  deliver(batch: readonly StreamRecord[]): Promise<void>;
};

const batchLimitBytes = payloadLimitBytes - 64; // room for {"Records":[…]}

/** A batch is due when it is full, when its first record has waited for the whole window, or when all is quiet. */
export function createLane({ batchSize, windowMs, now, deliver }: LaneOptions): Lane {
  let waiting: { record: StreamRecord; since: number }[] = [];
  let inBatch = 0;
  let quiet = false;
  let current = Promise.resolve();

  function start(): void {
    const first = waiting[0];
    if (inBatch > 0 || !first) return;
    if (!quiet && waiting.length < batchSize && now() - first.since < windowMs) return;
    const batch = takeBatch();
    inBatch = batch.length;
    current = deliver(batch).then(
      () => {
        inBatch = 0;
        start();
      },
      () => {}, // stopped: whoever resumes delivers this batch again
    );
  }

  function takeBatch(): StreamRecord[] {
    const batch: StreamRecord[] = [];
    let bytes = 0;
    for (const { record } of waiting.slice(0, batchSize)) {
      bytes += Buffer.byteLength(record.json) + 1;
      if (batch.length > 0 && bytes > batchLimitBytes) break;
      batch.push(record);
    }
    waiting = waiting.slice(batch.length);
    return batch;
  }

  return {
    offer: (record) => {
      waiting.push({ record, since: now() });
    },
    held: () => waiting.length + inBatch,
    tick: (isQuiet) => {
      quiet = isQuiet;
      start();
    },
    current: () => current,
  };
}
