import { createHash, timingSafeEqual } from 'node:crypto';
import { cached } from '#lib/platform/cache.ts';

const MIN_LENGTH = 32;
const MAX_LENGTH = 512;

/**
 * Tells whether what a caller presented is the deployment's owner secret, the key before all keys.
 * The secret is read when first needed and at most every 30 s, however many wrong guesses arrive; an old
 * one stops working within 60 s. Only its hash is held.
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
