import { createHash, timingSafeEqual } from 'node:crypto';
import { cached } from '#lib/platform/cache.ts';
import { type AccessKey, keyId, newKey, type Role } from './access-key.ts';
import type { KeyCache } from './key-cache.ts';

/** Who is calling: a working key, or the owner secret. */
export type Caller = Pick<AccessKey, 'id' | 'name' | 'role'>;

/** A key just made: the only moment at which the key itself is known. */
type IssuedKey = AccessKey & { key: string };

/** The keys of a deployment, as the API needs them. All methods throw StoreError when the store fails. */
export interface KeyRing {
  /** The caller behind a presented key; undefined when it is unknown or revoked. */
  authenticate(presented: string): Promise<Caller | undefined>;
  /** The caller whose key has this id; undefined when there is none, or it is revoked. */
  findByKeyId(id: string): Promise<Caller | undefined>;
  issue(key: { name: string; role: Role }, by: Caller): Promise<IssuedKey>;
  /** all keys, revoked ones too, oldest first */
  list(): Promise<AccessKey[]>;
  /** false when there is no such key; true also when it was revoked before */
  revoke(id: string): Promise<boolean>;
}

/** Where keys are kept. */
export interface KeyStore {
  put(key: AccessKey): Promise<void>;
  list(): Promise<AccessKey[]>;
  revoke(id: string, at: string): Promise<boolean>;
}

export interface KeyRingDeps {
  store: KeyStore;
  cache: KeyCache;
  /** recognises the owner secret; leave it out where there is none */
  isOwnerSecret?: (presented: string) => Promise<boolean>;
  /** milliseconds */
  now: () => number;
  /** n bytes from a cryptographic source */
  randomBytes: (n: number) => Uint8Array;
}

const OWNER: Caller = { id: 'owner-secret', name: 'owner secret', role: 'owner' };

export function keyRing({ store, cache, isOwnerSecret, now, randomBytes }: KeyRingDeps): KeyRing {
  return {
    async authenticate(presented) {
      const key = await cache.lookup(presented);
      if (key !== undefined) return key;
      return (await isOwnerSecret?.(presented)) ? OWNER : undefined;
    },
    async findByKeyId(id) {
      if (id === OWNER.id) return isOwnerSecret === undefined ? undefined : OWNER;
      return cache.byId(id);
    },
    async issue({ name, role }, by) {
      const key = newKey(role, randomBytes(32));
      const stored = {
        id: keyId(key),
        name,
        role,
        createdAt: new Date(now()).toISOString(),
        createdBy: by.id,
      };
      await store.put(stored);
      return { ...stored, key };
    },
    list: () => store.list(),
    async revoke(id) {
      const found = await store.revoke(id, new Date(now()).toISOString());
      cache.forget(id);
      return found;
    },
  };
}

const MIN_LENGTH = 32;
const MAX_LENGTH = 512;

/**
 * Tells whether what a caller presented is the deployment's owner secret, the key before all keys.
 * The secret is read when first needed and at most every 30 s, however many wrong guesses arrive; an old
 * one stops working within 60 s. Only its hash is kept.
 * @param read fetches the secret: a string of 32 to 512 characters
 * @param now milliseconds
 * @throws what `read` throws, when nothing young enough is known
 */
export function ownerSecretVerifier(
  read: () => Promise<string>,
  now: () => number,
): (presented: string) => Promise<boolean> {
  const expected = cached(
    async () => {
      const secret = await read();
      if (secret.length < MIN_LENGTH || secret.length > MAX_LENGTH) {
        throw new RangeError(
          `the owner secret has ${secret.length} characters; put ${MIN_LENGTH} to ${MAX_LENGTH} there`,
        );
      }
      return sha256(secret);
    },
    { now, ttlMs: 30_000, staleIfErrorMs: 60_000, retryMs: 5_000 },
  );
  return async (presented) => {
    if (presented.length < MIN_LENGTH || presented.length > MAX_LENGTH || presented.startsWith('wk_'))
      return false;
    return timingSafeEqual(sha256(presented), await expected());
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();
