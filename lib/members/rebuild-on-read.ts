import { ApiError } from '#lib/platform/errors.ts';
import { errorFields, type Log } from '#lib/platform/log.ts';

/** Whether an error says that an item of a member is corrupt. */
export const isCorrupt = (error: unknown): boolean => error instanceof SyntaxError;

/**
 * Reads a member; where an item is corrupt, rebuilds the member from the log, once, and reads again.
 * @throws ApiError 409 `member_damaged` when that does not help; whatever else the reading throws
 */
export async function rebuildIfCorrupt<T>(
  read: () => Promise<T>,
  rebuild: () => Promise<unknown>,
  log: Log,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    log('error', 'member corrupt', errorFields(error));
  }
  try {
    await rebuild();
    return await read();
  } catch (cause) {
    if (cause instanceof ApiError) log('warn', 'member not rebuilt', errorFields(cause));
    else if (!isCorrupt(cause)) throw cause;
    const message =
      'An item of this member does not read, and a rebuild of the member did not help: see the log.';
    throw new ApiError(409, 'member_damaged', message, { cause });
  }
}

const MAX_WAIT_MS = 20_000;

/** A member has more events than can be counted while somebody waits for the answer. */
export class RebuildTooLong extends ApiError {
  constructor() {
    super(503, 'rebuild_too_long', 'This member has too many events to be counted while you wait.');
    this.name = 'RebuildTooLong';
  }
}

/** Throws RebuildTooLong once it has been asked for longer than somebody waits. @param now milliseconds since 1970 */
export function createDeadline(now: () => number): () => void {
  const until = now() + MAX_WAIT_MS;
  return () => {
    if (now() > until) throw new RebuildTooLong();
  };
}
