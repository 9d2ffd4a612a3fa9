import { type AccessKey, isWellFormed, keyId } from '#lib/auth/keys/access-key.ts';
import { type CachePolicy, cached } from '#lib/platform/cache.ts';
import { LruMap } from '#lib/platform/lru-map.ts';

/** Asks the store for a key by its id; revoked keys are answered too. */
export type FindKey = (id: string) => Promise<AccessKey | undefined>;

export interface KeyCache {
  /**
   * The working key behind what a caller presented; undefined when it is unknown or revoked.
   * @throws StoreError when the store does not answer and nothing young enough is known
   */
  lookup(presented: string): Promise<AccessKey | undefined>;
  /** The working key with this id. @throws as `lookup` */
  byId(id: string): Promise<AccessKey | undefined>;
  /** Drops what is cached of a key, so that a change made here shows at once. */
  forget(id: string): void;
}

type Entry = () => Promise<AccessKey | undefined>;

const MAX_KEY_LENGTH = 512;
const MAX_ENTRIES = 1_000;
const TTL_MS = 30_000;
/** A revoked key stops working within this time, whatever happens. */
const STALE_IF_ERROR_MS = 60_000;
const RETRY_MS = 1_000;

/**
 * Looks keys up with answers cached in memory. Known and unknown keys live apart and both are bounded, so
 * a flood of made-up keys pushes out only made-up keys. No presented key is kept, only its hash.
 * @param now milliseconds
 */
export function keyCache(find: FindKey, now: () => number): KeyCache {
  const known = new LruMap<string, Entry>(MAX_ENTRIES);
  const unknown = new LruMap<string, Entry>(MAX_ENTRIES);
  const policy: CachePolicy = { now, ttlMs: TTL_MS, staleIfErrorMs: STALE_IF_ERROR_MS, retryMs: RETRY_MS };

  const entryFor = (id: string): Entry =>
    cached(async () => {
      const key = await find(id);
      return key?.revokedAt === undefined ? key : undefined;
    }, policy);

  async function ask(id: string): Promise<AccessKey | undefined> {
    let entry = known.get(id);
    if (entry === undefined) {
      entry = unknown.get(id) ?? entryFor(id);
      unknown.set(id, entry);
    }
    const key = await entry();
    if (key === undefined) known.delete(id);
    else if (known.get(id) !== entry && unknown.delete(id)) known.set(id, entry);
    return key;
  }

  return {
    byId: ask,
    async lookup(presented) {
      if (presented.length > MAX_KEY_LENGTH) return undefined;
      const id = keyId(presented);
      return known.has(id) || isWellFormed(presented) ? ask(id) : undefined;
    },
    forget(id) {
      known.delete(id);
      unknown.delete(id);
    },
  };
}
