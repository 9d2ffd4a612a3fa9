import { StoreError } from '#lib/platform/errors.ts';

/** How long a read value may be served, counted from the moment its read began. All in milliseconds. */
export interface CachePolicy {
  now: () => number;
  /** served without asking again */
  ttlMs: number;
  /** served while the source fails; never longer */
  staleIfErrorMs: number;
  /** after a failure the source is left alone this long */
  retryMs: number;
}

/**
 * Caches one value in memory and reads it again when its time to live is over. Callers at the same time share
 * one read. Nothing runs between calls, so a frozen function loses nothing.
 * @throws what the read threw, when there is no usable value
 */
export function cached<T>(
  read: () => Promise<T>,
  { now, ttlMs: freshMs, staleIfErrorMs: usableMs, retryMs }: CachePolicy,
): () => Promise<T> {
  let current: { value: T; readAt: number } | undefined;
  let failure: { error: unknown; at: number } | undefined;
  let pending: Promise<void> | undefined;

  const within = (since: number, ms: number) => {
    const age = now() - since;
    return age >= 0 && age < ms;
  };

  async function refresh() {
    const readAt = now();
    try {
      current = { value: await read(), readAt };
      failure = undefined;
    } catch (error) {
      failure = { error, at: now() };
    }
  }

  return async () => {
    if (current !== undefined && within(current.readAt, freshMs)) return current.value;
    if (failure === undefined || !within(failure.at, retryMs)) {
      pending ??= refresh().finally(() => {
        pending = undefined;
      });
      await pending;
    }
    if (current !== undefined && within(current.readAt, usableMs)) return current.value;
    throw (
      failure?.error ?? new StoreError('a read took longer than its value may serve', { retriable: true })
    );
  };
}
