const FIRST_MS = 20;
const MAX_MS = 1_000;

/** Waits before the n-th repetition: twice as long each time, and never as long as others who wait for the same. */
export const backoff = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(MAX_MS, FIRST_MS * 2 ** attempt)));
