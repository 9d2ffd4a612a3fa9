import { randomBytes } from 'node:crypto';
import { type AccessKey, keyId, newKey, type Role } from '#lib/auth/keys/access-key.ts';
import type { KeyStore } from '#lib/auth/keys/key-ring.ts';

/** A key for tests, and the item that stands for it. */
export function issuedKey(role: Role, overrides: Partial<AccessKey> = {}): { key: string; item: AccessKey } {
  const key = newKey(role, randomBytes(32));
  return {
    key,
    item: {
      id: keyId(key),
      name: `a ${role}`,
      role,
      createdAt: '2026-03-08T00:00:00.000Z',
      createdBy: 'test',
      ...overrides,
    },
  };
}

/** A store of keys in memory that counts its reads and can be made to fail. */
export function memoryKeys(...items: AccessKey[]) {
  const keys = new Map(items.map((item) => [item.id, item]));
  const store = {
    reads: 0,
    failure: undefined as Error | undefined,
    async find(id: string): Promise<AccessKey | undefined> {
      store.reads += 1;
      if (store.failure) throw store.failure;
      return keys.get(id);
    },
    async put(key: AccessKey) {
      keys.set(key.id, key);
    },
    async list() {
      return [...keys.values()];
    },
    async revoke(id: string, revokedAt: string) {
      const key = keys.get(id);
      if (key) keys.set(id, { revokedAt, ...key });
      return key !== undefined;
    },
  };
  return store satisfies KeyStore;
}
