import * as z from 'zod/mini';
import { MODEL_KINDS } from '#lib/models/model-files.ts';
import { date, text } from '#lib/models/schema.ts';
import { described, each, parseArtefact, parseJson } from '#lib/platform/artefact.ts';
import { StoreError } from '#lib/platform/errors.ts';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';
import type { Lease } from '#lib/platform/lease-table.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';

const versionByKind = lazySchema(() =>
  described(z.object(each(MODEL_KINDS, z.exactOptional(text()))), 'Version by kind'),
);

export const publication = lazySchema(() =>
  z.object({
    publishedAt: described(text(), 'When it went live'),
    by: z.enum(['run', 'rollback']),
    caller: z.exactOptional(described(text(), 'Of a rollback: the id of the key that asked for it')),
    runId: text(),
    asOf: date(),
    models: versionByKind(),
  }),
);
export type Publication = InferLazy<typeof publication>;

/** `models/current.json`: which version of each kind is live. The only object that is ever overwritten. */
const currentModels = lazySchema(() =>
  z.object({
    format: z.literal(1),
    publishedAt: text(),
    runId: text(),
    asOf: text(),
    models: versionByKind(),
    /** key of the newest report; null before the first */
    report: z.nullable(text()),
    /** what operators call a profile, by its id, in place of its own name */
    profileNames: z.record(
      z.string(),
      z.object({ zh: z.exactOptional(z.string()), en: z.exactOptional(z.string()) }),
    ),
    /** what was live, newest first, this one included; at most 60 */
    history: z.array(publication()),
  }),
);
export type CurrentModels = InferLazy<typeof currentModels>;

/** `models/current.json`. */
export interface CurrentModelsFile {
  /** undefined before the first publication. @throws Error saying what is wrong with the file; StoreError */
  read(): Promise<CurrentModels | undefined>;
  /**
   * Reads the file and writes what becomes of it, while nobody else may.
   * @param change may answer what it was given: then nothing is written. What it throws leaves the file as it is
   * @throws StoreError also when it does not get the lease in time
   */
  change<R extends { current: CurrentModels }>(
    change: (current: CurrentModels | undefined) => R | Promise<R>,
  ): Promise<R>;
}

interface CurrentFileDeps {
  store: ObjectStore;
  /** on changing the file: one holder at a time, as S3 cannot refuse a write that comes too late */
  lease: Lease;
  /** a name that nobody else goes by */
  newHolder: () => string;
  pause: (ms: number) => Promise<unknown>;
  /** how long to wait for the lease */
  patienceMs?: number;
}

const RETRY_MS = 100;
const LEASE_TIMEOUT_MS = 10_000;

export function currentModelsFile({
  store,
  lease,
  newHolder,
  pause,
  patienceMs = LEASE_TIMEOUT_MS,
}: CurrentFileDeps): CurrentModelsFile {
  async function read(): Promise<CurrentModels | undefined> {
    const stored = await store.get(CURRENT_KEY);
    return stored && parseCurrentModels(stored.body);
  }

  async function acquireLease(holder: string): Promise<void> {
    for (let waited = 0; (await lease.acquire(holder)) !== holder; waited += RETRY_MS) {
      if (waited >= patienceMs)
        throw new StoreError(
          `somebody else has been changing ${CURRENT_KEY} for long; try again in a minute`,
          {
            retriable: true,
          },
        );
      await pause(RETRY_MS);
    }
  }

  return {
    read,
    async change(change) {
      const holder = newHolder();
      await acquireLease(holder);
      try {
        const before = await read();
        const result = await change(before);
        if (result.current === before) return result;
        // The lease expires by itself; what was read may be stale then.
        if (!(await lease.renew(holder)))
          throw new StoreError(`changing ${CURRENT_KEY} took too long; try again`, { retriable: true });
        await store.put(CURRENT_KEY, JSON.stringify(result.current), 'application/json');
        return result;
      } finally {
        await lease.release(holder);
      }
    },
  };
}

/** The one object that says what is live. */
export const CURRENT_KEY = 'models/current.json';

/**
 * Reads `models/current.json`.
 * @throws Error saying what is wrong with it
 */
export function parseCurrentModels(body: Uint8Array): CurrentModels {
  try {
    return parseArtefact(currentModels(), parseJson(body));
  } catch (cause) {
    throw new Error(
      `${CURRENT_KEY} is corrupt: ${(cause as Error).message}. Put its version before back: the bucket keeps them for 30 days.`,
      { cause },
    );
  }
}
