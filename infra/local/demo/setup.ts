import { readJson, writeJson } from '#infra/local/host/json-file.ts';
import type { Say } from '#infra/local/host/terminal-output.ts';
import { loadDemo } from './load.ts';

/** `now` is kept, so that a load that was interrupted goes on with the same events. */
type DemoState = { loaded: true } | { loading: true; now: string } | { skipped: true };

type DemoTarget = {
  api: string;
  writeKey: string;
  say: Say;
  signal: AbortSignal;
  /** Makes what was loaded last before it is noted as loaded. */
  keep(): Promise<void>;
};

/**
 * Loads the demo community into a new data directory, once.
 * @param file where it is noted what became of the demo
 * @param skip for a stack that shall stay without it
 * @returns whether events were sent
 */
export async function ensureDemo(
  file: string,
  skip: boolean,
  { api, writeKey, say, signal, keep }: DemoTarget,
): Promise<boolean> {
  const note = readJson<DemoState>(file);
  if (note && 'loaded' in note) return false;
  if (skip) {
    if (!note) writeJson(file, { skipped: true } satisfies DemoState);
    return false;
  }
  if (note && 'skipped' in note) {
    say(
      '  No demo community: this data directory was begun with --empty. Start with --fresh to drop it all.',
    );
    return false;
  }
  const now = note?.now ?? new Date().toISOString();
  writeJson(file, { loading: true, now } satisfies DemoState);
  let spoken = Date.now();
  const loaded = await loadDemo({
    api,
    writeKey,
    now: new Date(now),
    signal,
    onProgress: (done, total) => {
      if (Date.now() - spoken < 1_000) return;
      spoken = Date.now();
      say(
        `… loading the demo community: ${done.toLocaleString('en')} of ${total.toLocaleString('en')} events`,
      );
    },
  });
  say(
    `  The demo community has ${loaded.members.toLocaleString('en')} members and ${loaded.events.toLocaleString('en')} events.`,
  );
  await keep();
  writeJson(file, { loaded: true } satisfies DemoState);
  return true;
}

type StoredKey = { id: string; key: string };
type KeyList = { keys: { id: string; revokedAt?: string }[] };

/**
 * The write key of the demo app: the one remembered in the file if the API still knows it, else a new one.
 * @param ownerKey opens `/v1/keys`
 * @throws Error with the API's answer if it makes no key
 */
export async function ensureDemoKey(api: string, ownerKey: string, file: string): Promise<string> {
  const headers = { authorization: `Bearer ${ownerKey}`, 'content-type': 'application/json' };
  const kept = readJson<StoredKey>(file);
  if (kept) {
    const known = await fetch(new URL('/v1/keys', api), { headers });
    const { keys } = known.ok ? ((await known.json()) as KeyList) : { keys: [] };
    if (keys.some(({ id, revokedAt }) => id === kept.id && !revokedAt)) return kept.key;
  }
  const made = await fetch(new URL('/v1/keys', api), {
    method: 'POST',
    headers,
    body: JSON.stringify({ name: 'demo app', role: 'write' }),
  });
  if (made.status !== 201)
    throw new Error(`POST /v1/keys made no demo key: ${made.status} ${await made.text()}`);
  const { id, key } = (await made.json()) as StoredKey;
  writeJson(file, { id, key });
  return key;
}
