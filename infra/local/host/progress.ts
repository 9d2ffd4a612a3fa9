/** Writes one line for people. */
export type Say = (line: string) => void;

/**
 * Says what takes longer than a second, and how long it took in the end. What is quick stays silent.
 * @returns what the work returns
 */
export async function reportProgress<T>(say: Say, what: string, work: Promise<T>): Promise<T> {
  const began = performance.now();
  let spoke = false;
  const timer = setTimeout(() => {
    spoke = true;
    say(`… ${what}`);
  }, 1_000);
  try {
    const result = await work;
    if (spoke) say(`  ${what}: done in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    return result;
  } finally {
    clearTimeout(timer);
  }
}
