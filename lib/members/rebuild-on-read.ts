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
    log('error', 'member damaged', errorFields(error));
  }
  try {
    await rebuild();
    return await read();
  } catch (cause) {
    if (cause instanceof ApiError) log('warn', 'member not rebuilt', errorFields(cause));
    else if (!isCorrupt(cause)) throw cause;
    const message =
      'An item of this member does not read, and counting the member anew did not help: see the log.';
    throw new ApiError(409, 'member_damaged', message, { cause });
  }
}
