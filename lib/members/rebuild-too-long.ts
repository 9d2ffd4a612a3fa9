import { ApiError } from '#lib/platform/errors.ts';

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
