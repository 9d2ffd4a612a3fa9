import { randomBytes } from 'node:crypto';
import type { Role } from '#lib/auth/keys/access-key.ts';
import { keyCache } from '#lib/auth/keys/key-cache.ts';
import { type KeyRing, keyRing } from '#lib/auth/keys/key-ring.ts';
import { type SessionDeps, sessions } from '#lib/auth/sessions/sessions.ts';
import { issuedKey, memoryKeys } from '#test/lib/auth/memory-keys.ts';

export const OWNER_SECRET = 'the-owner-secret-of-these-tests-only';

/** Keys of every role, and sessions over them; `ended` and `tries` are what a control table would hold. */
export function memorySessions(clock: { now: number }, parts: Partial<SessionDeps> = {}) {
  const issued = {
    write: issuedKey('write'),
    reader: issuedKey('reader', { name: '实习生' }),
    operator: issuedKey('operator', { name: '运营小林' }),
    owner: issuedKey('owner', { name: '老板' }),
  };
  const store = memoryKeys(...Object.values(issued).map(({ item }) => item));
  const keys: KeyRing = keyRing({
    store,
    cache: keyCache(store.find, () => clock.now),
    isOwnerSecret: async (presented) => presented === OWNER_SECRET,
    now: () => clock.now,
    randomBytes,
  });
  const ended = new Map<string, number>();
  const tries = new Map<string, number>();
  const add = (address: string, count: number) => {
    tries.set(address, (tries.get(address) ?? 0) + count);
    return tries.get(address) ?? 0;
  };
  return {
    keys,
    store,
    ended,
    tries,
    issued,
    keyOf: (role: Role) => issued[role].key,
    sessions: sessions({
      keys,
      readSecret: async () => OWNER_SECRET,
      ended: {
        has: async (id) => ended.has(id),
        add: async (id, expiresAt) => void ended.set(id, expiresAt),
      },
      attempts: {
        count: async (address) => add(address, 1),
        undo: async (address) => void add(address, -1),
      },
      now: () => clock.now,
      randomBytes,
      ...parts,
    }),
  };
}
