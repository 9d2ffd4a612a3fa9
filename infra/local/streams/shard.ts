import { setTimeout as delay } from 'node:timers/promises';
import {
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { Checkpoint } from './checkpoints.ts';
import type { Lane } from './lane.ts';
import { type StreamRecord, toStreamRecord } from './record.ts';

const idleMs = 100;
const maxPendingPerLane = 10_000;

export type ShardReaderOptions = {
  client: DynamoDBStreamsClient;
  streamArn: string;
  shardId: string;
  /** Where to go on; from the oldest record (or the newest, for `LATEST`) without it. */
  from: Checkpoint | undefined;
  startingPosition: 'TRIM_HORIZON' | 'LATEST';
  lanes: readonly Lane[];
  laneOf(item: string): Lane;
  save(position: Checkpoint): void;
  warn(message: string): void;
  signal: AbortSignal;
};

/** Reads one shard from its position to its end, or until the signal. */
export type ShardReader = {
  run(): Promise<void>;
  /** Call when a record is done for good. */
  done(record: StreamRecord): void;
  /** When a read began that found nothing left, with all lanes idle; -1 while there is something to do. */
  idleSince(): number;
};

export function shardReader(options: ShardReaderOptions): ShardReader {
  const { client, streamArn, shardId, lanes, signal } = options;
  let pending: { sequenceNumber: string; done: boolean }[] = [];
  const entries = new Map<StreamRecord, { done: boolean }>();
  let readTo = options.from && 'after' in options.from ? options.from.after : undefined;
  let idleSince = -1;
  let failing = 0;

  /** The position moves only over records that are done, without a gap. */
  function advance(): void {
    const undone = pending.findIndex((entry) => !entry.done);
    const count = undone < 0 ? pending.length : undone;
    const last = pending[count - 1];
    if (!last) return;
    pending = pending.slice(count);
    options.save({ after: last.sequenceNumber });
  }

  async function iterator(): Promise<string | undefined> {
    const position =
      readTo === undefined
        ? { ShardIteratorType: options.startingPosition }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, SequenceNumber: readTo };
    const at = { StreamArn: streamArn, ShardId: shardId, ...position };
    return (await client.send(new GetShardIteratorCommand(at), { abortSignal: signal })).ShardIterator;
  }

  async function read(at: string): Promise<string | undefined> {
    const began = performance.now();
    const get = new GetRecordsCommand({ ShardIterator: at, Limit: 1_000 });
    const { Records = [], NextShardIterator } = await client.send(get, { abortSignal: signal });
    for (const read of Records) {
      const sequenceNumber = read.dynamodb?.SequenceNumber ?? '';
      const record = toStreamRecord(read, streamArn);
      const entry = { sequenceNumber, done: record === undefined };
      pending.push(entry);
      readTo = sequenceNumber;
      if (!record) continue;
      entries.set(record, entry);
      options.laneOf(record.item).offer(record);
    }
    advance();
    const quiet = Records.length === 0;
    for (const lane of lanes) lane.tick(quiet || NextShardIterator === undefined);
    idleSince = quiet && pending.length === 0 && lanes.every((lane) => lane.idle()) ? began : -1;
    if (quiet && NextShardIterator !== undefined) await delay(idleMs, undefined, { signal });
    return NextShardIterator;
  }

  function hasRoom(): boolean {
    const fits = pending.length < maxPendingPerLane * lanes.length;
    return fits && lanes.every((lane) => lane.pending() < maxPendingPerLane);
  }

  async function waitForRoom(at: string): Promise<string> {
    for (const lane of lanes) lane.tick(false);
    await delay(idleMs, undefined, { signal });
    return at;
  }

  /** Renews what expired, waits out an engine that is away. @returns an iterator to go on with */
  async function recover(error: Error): Promise<string | undefined> {
    if (error.name === 'TrimmedDataAccessException' && readTo !== undefined) {
      options.warn(`${shardId}: records after ${readTo} are gone from the stream; going on with the oldest`);
      readTo = undefined;
    } else if (error.name !== 'ExpiredIteratorException') {
      // A stream that was only just made says for a moment that its oldest record is gone.
      const notable = failing === 0 && error.name !== 'TrimmedDataAccessException';
      if (notable) options.warn(`${shardId} cannot be read, will try again: ${error.message}`);
      failing += 1;
      await delay(Math.min(5_000, 100 * 2 ** failing), undefined, { signal });
    }
    return undefined;
  }

  return {
    run: async () => {
      let at: string | undefined;
      while (!signal.aborted) {
        try {
          at ??= await iterator();
          if (at !== undefined) at = hasRoom() ? await read(at) : await waitForRoom(at);
          failing = 0;
          if (at === undefined) break;
        } catch (error) {
          if (signal.aborted) return;
          if ((error as Error).name === 'ResourceNotFoundException') break;
          at = await recover(error as Error).catch(() => undefined);
        }
      }
      while (pending.length > 0 && !signal.aborted) {
        for (const lane of lanes) lane.tick(true);
        await delay(idleMs, undefined, { signal }).catch(() => {});
      }
      if (!signal.aborted) options.save({ finished: true });
    },
    done: (record) => {
      const entry = entries.get(record);
      if (!entry) return;
      entry.done = true;
      entries.delete(record);
      if (pending[0]?.done) advance();
    },
    idleSince: () => idleSince,
  };
}
