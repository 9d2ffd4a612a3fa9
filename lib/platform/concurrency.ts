/**
 * Does the work for every item, for so many at a time: the next item is begun when one is done.
 * @throws the first error of the work, after which no further item is begun; what is under way is not waited for
 */
export async function forEachConcurrently<T>(
  items: Iterable<T>,
  concurrency: number,
  work: (item: T, index: number) => Promise<unknown>,
): Promise<void> {
  const waiting = items[Symbol.iterator]();
  let index = 0;
  let hasFailed = false;
  const worker = async (): Promise<void> => {
    for (let next = waiting.next(); !next.done && !hasFailed; next = waiting.next()) {
      try {
        await work(next.value, index++);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
