import { StoreError } from '#lib/platform/errors.ts';

/**
 * Waits for something at most so long, whether or not it can be called off.
 * @param what as a verb phrase: `read member`
 * @throws StoreError, retriable, when the time is over; what the work throws before
 */
export async function withTimeout<T>(what: string, ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new StoreError(`${what}: not done in ${ms} ms`, { retriable: true })),
      ms,
    );
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
