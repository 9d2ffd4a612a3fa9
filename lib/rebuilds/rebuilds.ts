import { ApiError } from '#lib/platform/errors.ts';
import { describeError, shortId } from '#lib/platform/jobs.ts';
import type { Lease } from '#lib/platform/lease-table.ts';

import type { Executions } from '#lib/platform/step-functions.ts';
import {
  buildRebuildView,
  countPartsDone,
  determineEnding,
  type PartRecord,
  type RebuildRecord,
} from './rebuild-record.ts';

import type { RebuildRecords } from './rebuild-records-table.ts';
import type { Rebuilds } from './rebuild-view.ts';

export interface RebuildsDeps {
  records: RebuildRecords;
  /** the right to start or resume a job; held only while doing so */
  lease: Lease;
  executions: Executions;
  /** milliseconds since 1970 */
  now: () => number;
  /** today's date in the business's time zone */
  today: () => string;
  /** version of the rules that members are counted by */
  rules: string;
  randomBytes: (size: number) => Uint8Array;
}

/** A part takes as long as it needs, call after call, so their number need not follow the size of the tables. */
const PARTS = 20;
const MAX_LISTED = 50;
/** An execution that was asked for so lately may not even have begun. */
const STARTUP_GRACE_MS = 30_000;
const STOPPED = 'Its execution ended before it was through (it was stopped, or its time was over).';

/** Jobs that rebuild members, worked on by the state machine. */
export function createRebuilds({
  records,
  lease,
  executions,
  now,
  today,
  rules,
  randomBytes,
}: RebuildsDeps): Rebuilds {
  /** The record with its ending, if it has come to one, and the parts of one under way. */
  async function settled(record: RebuildRecord): Promise<{ record: RebuildRecord; parts: PartRecord[] }> {
    if (record.ending !== undefined) return { record, parts: [] };
    const parts = await records.parts(record.recountId);
    const isAtWork = async (): Promise<boolean> =>
      record.begunAt + STARTUP_GRACE_MS > now() || (await executions.isRunning(record.execution));
    if (countPartsDone(parts) < record.of && (await isAtWork())) return { record, parts };
    // What was done while we were asking.
    const ending = determineEnding(record, await records.parts(record.recountId), STOPPED);
    await records.end(record, ending);
    return { record: { ...record, ending }, parts };
  }

  const viewed = async (record: RebuildRecord) => {
    const { record: now, parts } = await settled(record);
    return buildRebuildView(now, parts);
  };

  /** Does something while nobody else starts or resumes a job, and no job is under way. */
  async function alone<T>(work: () => Promise<T>): Promise<T> {
    const me = shortId(randomBytes(12));
    if ((await lease.acquire(me)) !== me) throw inProgress('Another one is just being started.');
    try {
      for (const record of await records.all()) {
        if ((await settled(record)).record.ending === undefined)
          throw inProgress(
            `The rebuild ${record.recountId} is under way. There is one at a time: GET /v1/rebuilds/${record.recountId} shows how far it is.`,
          );
      }
      return await work();
    } finally {
      await lease.release(me);
    }
  }

  /** Starts the execution that a record names. */
  async function begin(record: RebuildRecord): Promise<void> {
    const { recountId, execution, of } = record;
    try {
      const parts = Array.from({ length: of }, (_, part) => ({ recountId, part }));
      await executions.start(execution, { parts });
    } catch (cause) {
      const reason = `It could not be started: ${describeError(cause)}`;
      await records.end(record, determineEnding(record, await records.parts(recountId), reason));
      throw cause;
    }
  }

  return {
    start: ({ by, ...scope }) =>
      alone(async () => {
        const recountId = `${today()}-${shortId(randomBytes(6))}`;
        const isOverAll = (scope.members ?? scope.from ?? scope.to) === undefined;
        const record: RebuildRecord = {
          recountId,
          scope,
          ...(isOverAll && { rules }),
          of: scope.members === undefined ? PARTS : 1,
          startedBy: by,
          startedAt: now(),
          execution: recountId,
          begunAt: now(),
        };
        await records.create(record);
        await begin(record);
        return buildRebuildView(record, []);
      }),

    async resume(recountId) {
      if ((await records.find(recountId)) === undefined) return undefined;
      return alone(async () => {
        const record = await records.find(recountId);
        if (record === undefined) return undefined;
        if (record.ending?.state === 'done')
          throw new ApiError(
            409,
            'recount_done',
            `The rebuild ${recountId} is done: there is nothing to resume.`,
          );
        const execution = `${recountId}-${shortId(randomBytes(6))}`;
        await records.resume(recountId, execution);
        const { ending: _, ...resumed } = record;
        await begin({ ...resumed, execution, begunAt: now() });
        const after = await records.find(recountId);
        return after && viewed(after);
      });
    },

    async get(recountId) {
      const record = await records.find(recountId);
      return record && viewed(record);
    },

    async list() {
      const newest = (await records.all()).slice(0, MAX_LISTED);
      return Promise.all(newest.map(viewed));
    },
  };
}

const inProgress = (message: string): ApiError => new ApiError(409, 'recount_in_progress', message);
