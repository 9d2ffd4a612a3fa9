import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { newKey } from '#lib/auth/keys/access-key.ts';
import { keyCache } from '#lib/auth/keys/key-cache.ts';
import { StoreError } from '#lib/platform/errors.ts';
import { issuedKey, memoryKeys } from '#test/lib/auth/memory-keys.ts';

let now = 0;
const clock = () => now;
const down = new StoreError('look up an access key', { retriable: true });

beforeEach(() => {
  now = 1_000_000;
});

test('a revoked key stops working within 60 seconds, even while the store fails', async () => {
  const { key, item } = issuedKey('reader');
  for (const failing of [false, true]) {
    const store = memoryKeys(item);
    const cache = keyCache(store.find, clock);
    const readAt = now;
    expect(await cache.lookup(key)).toEqual(item);
    await store.revoke(item.id, 'now');
    if (failing) store.failure = down;
    let stoppedAt: number | undefined;
    while (stoppedAt === undefined) {
      now += 500;
      const found = await cache.lookup(key).catch(() => undefined);
      if (found === undefined) stoppedAt = now;
    }
    expect(stoppedAt - readAt).toBe(failing ? 60_000 : 30_000);
  }
});

test('a key revoked while its read was under way counts from the beginning of the read', async () => {
  const { key, item } = issuedKey('reader');
  const cache = keyCache(async () => {
    now += 59_999;
    return item;
  }, clock);
  expect(await cache.lookup(key)).toEqual(item);
  const slower = keyCache(async () => {
    now += 60_000;
    return item;
  }, clock);
  await expect(slower.lookup(key)).rejects.toMatchObject({ retriable: true });
});

test('a working key costs one read in 30 seconds', async () => {
  const { key, item } = issuedKey('write');
  const store = memoryKeys(item);
  const cache = keyCache(store.find, clock);
  for (let second = 0; second < 60; second++) {
    expect(await cache.lookup(key)).toEqual(item);
    now += 1_000;
  }
  expect(store.reads).toBe(2);
});

test('callers at the same time share one read', async () => {
  const { key, item } = issuedKey('write');
  const store = memoryKeys(item);
  const cache = keyCache(store.find, clock);
  const found = await Promise.all(Array.from({ length: 50 }, () => cache.lookup(key)));
  expect(found).toEqual(Array(50).fill(item));
  expect(store.reads).toBe(1);
});

test('a revoked or unknown key is nobody', async () => {
  const { key, item } = issuedKey('owner', { revokedAt: '2026-03-08T00:00:00.000Z' });
  const cache = keyCache(memoryKeys(item).find, clock);
  expect(await cache.lookup(key)).toBeUndefined();
  expect(await cache.lookup(issuedKey('owner').key)).toBeUndefined();
});

describe('random keys', () => {
  test('do not cost a read each', async () => {
    const store = memoryKeys();
    const cache = keyCache(store.find, clock);
    for (let i = 0; i < 200; i++) {
      const random = randomBytes(30).toString('hex');
      for (const key of [random, `sk_${random}`, `wk_${random.slice(0, 38)}`, '', 'x'.repeat(100_000)]) {
        expect(await cache.lookup(key)).toBeUndefined();
      }
    }
    expect(store.reads).toBe(0);
  });

  test('do not cost a read again, though they have the form of a key', async () => {
    const store = memoryKeys();
    const cache = keyCache(store.find, clock);
    const { key } = issuedKey('owner');
    for (let i = 0; i < 100; i++) expect(await cache.lookup(key)).toBeUndefined();
    expect(store.reads).toBe(1);
  });

  test('push no working key out, and do not fill the memory', async () => {
    const { key, item } = issuedKey('write');
    const store = memoryKeys(item);
    const cache = keyCache(store.find, clock);
    await cache.lookup(key);
    const [first = '', ...others] = Array.from({ length: 1_001 }, () => newKey('write', randomBytes(32)));
    for (const random of [first, ...others]) await cache.lookup(random);
    expect(store.reads).toBe(1_002);
    await cache.lookup(key);
    expect(store.reads).toBe(1_002);
    await cache.lookup(first);
    expect(store.reads).toBe(1_003);
  });
});

describe('while the store fails', () => {
  test('a key seen less than 60 seconds ago still works, and the store is asked once a second', async () => {
    const { key, item } = issuedKey('write');
    const store = memoryKeys(item);
    const cache = keyCache(store.find, clock);
    await cache.lookup(key);
    store.failure = down;
    now += 59_000;
    for (let i = 0; i < 20; i++) expect(await cache.lookup(key)).toEqual(item);
    expect(store.reads).toBe(2);
    now += 1_000;
    await expect(cache.lookup(key)).rejects.toThrow(down);
    store.failure = undefined;
    now += 1_000;
    expect(await cache.lookup(key)).toEqual(item);
  });

  test('a key not seen yet is refused as unknown for now, not for good', async () => {
    const { key, item } = issuedKey('write');
    const store = memoryKeys(item);
    store.failure = down;
    const cache = keyCache(store.find, clock);
    await expect(cache.lookup(key)).rejects.toThrow(down);
    store.failure = undefined;
    now += 1_000;
    expect(await cache.lookup(key)).toEqual(item);
  });
});

test('a clock set back does not lengthen the life of a key', async () => {
  const { key, item } = issuedKey('reader');
  const store = memoryKeys(item);
  const cache = keyCache(store.find, clock);
  await cache.lookup(key);
  now -= 3_600_000;
  await store.revoke(item.id, 'now');
  expect(await cache.lookup(key)).toBeUndefined();
});

test('a key forgotten while it is read is not cached', async () => {
  const { key, item } = issuedKey('reader');
  const store = memoryKeys(item);
  let forgetDuringRead = true;
  const cache = keyCache(async (id) => {
    const found = await store.find(id);
    if (forgetDuringRead) {
      await store.revoke(id, 'now');
      cache.forget(id);
    }
    return found;
  }, clock);
  await cache.lookup(key);
  forgetDuringRead = false;
  expect(await cache.lookup(key)).toBeUndefined();
});
