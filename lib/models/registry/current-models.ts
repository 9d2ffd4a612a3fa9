import type { CurrentModels } from '#lib/models/model-files.ts';
import { StoreError } from '#lib/platform/errors.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { CURRENT_KEY, readCurrent } from './current-file.ts';

/** Says who may change `models/current.json`: one at a time, as S3 cannot refuse a write that comes too late. */
export interface Turn {
  /** @returns whose turn it is afterwards */
  take(holder: string): Promise<string>;
  /** @returns whether it still is this holder's turn */
  renew(holder: string): Promise<boolean>;
  giveBack(holder: string): Promise<void>;
}

/** `models/current.json`. */
export interface CurrentFile {
  /** undefined before the first publication. @throws Error saying what is wrong with the file; StoreError */
  read(): Promise<CurrentModels | undefined>;
  /**
   * Reads the file and writes what becomes of it, while nobody else may.
   * @param change may answer what it was given: then nothing is written. What it throws leaves the file as it is
   * @throws StoreError also when it does not get its turn in time
   */
  change<R extends { current: CurrentModels }>(
    change: (current: CurrentModels | undefined) => R | Promise<R>,
  ): Promise<R>;
}

export interface CurrentFileParts {
  store: ObjectStore;
  turn: Turn;
  /** a name that nobody else goes by */
  newHolder: () => string;
  pause: (ms: number) => Promise<unknown>;
  /** how long to wait for one's turn */
  patienceMs?: number;
}

const PAUSE_MS = 100;
const PATIENCE_MS = 10_000;

export function currentFile({
  store,
  turn,
  newHolder,
  pause,
  patienceMs = PATIENCE_MS,
}: CurrentFileParts): CurrentFile {
  async function read(): Promise<CurrentModels | undefined> {
    const stored = await store.get(CURRENT_KEY);
    return stored && readCurrent(stored.body);
  }

  async function takeTurn(holder: string): Promise<void> {
    for (let waited = 0; (await turn.take(holder)) !== holder; waited += PAUSE_MS) {
      if (waited >= patienceMs)
        throw new StoreError(
          `somebody else has been changing ${CURRENT_KEY} for long; try again in a minute`,
          {
            retriable: true,
          },
        );
      await pause(PAUSE_MS);
    }
  }

  return {
    read,
    async change(change) {
      const holder = newHolder();
      await takeTurn(holder);
      try {
        const before = await read();
        const result = await change(before);
        if (result.current === before) return result;
        // The turn ends by itself after a while; what was read may be old then.
        if (!(await turn.renew(holder)))
          throw new StoreError(`changing ${CURRENT_KEY} took too long; try again`, { retriable: true });
        await store.put(CURRENT_KEY, JSON.stringify(result.current), 'application/json');
        return result;
      } finally {
        await turn.giveBack(holder);
      }
    },
  };
}
