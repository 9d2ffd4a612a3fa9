import { readJson, writeJson } from '#infra/local/host/json-file.ts';

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
