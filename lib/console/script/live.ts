const POLL_MS = 1_500;
const SLOW_POLL_MS = 5_000;

/** Keeps what goes on up to date: parts of a page that the server writes again, and the wait for the first event. */
export function liveUpdates(): void {
  for (const part of document.querySelectorAll<HTMLElement>('[data-live]')) pollPart(part);
  const waiting = document.querySelector<HTMLElement>('[data-await]');
  if (waiting !== null) pollArrival(waiting.dataset['await'] ?? '');
}

/** @param part its `data-live` names a route that answers `{ goesOn, html }`, the part as it is now */
export async function pollPart(part: HTMLElement): Promise<void> {
  const address = part.dataset['live'];
  while (address !== undefined && part.isConnected) {
    await pause(POLL_MS);
    const answer = await fetchJson<{ goesOn: boolean; html: string }>(address);
    if (answer === 'signed out') return location.reload();
    if (answer === undefined) continue;
    // Our own page, written by the server.
    part.innerHTML = answer.html;
    if (!answer.goesOn) return;
  }
}

async function pollArrival(address: string): Promise<void> {
  for (;;) {
    await pause(SLOW_POLL_MS);
    const answer = await fetchJson<{ arrived: boolean }>(address);
    if (answer === 'signed out' || answer?.arrived) return location.reload();
  }
}

/** undefined when the answer does not come: the next one may. */
async function fetchJson<T>(address: string): Promise<T | 'signed out' | undefined> {
  try {
    const response = await fetch(address, { headers: { accept: 'application/json' } });
    if (response.status === 401) return 'signed out';
    return response.ok ? ((await response.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
