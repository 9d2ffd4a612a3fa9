import { allows } from '#lib/auth/keys/access-key.ts';
import type { Caller, KeyRing } from '#lib/auth/keys/key-ring.ts';
import { cached } from '#lib/platform/cache.ts';
import { LruMap } from '#lib/platform/lru-map.ts';
import {
  csrfToken,
  isCsrfToken,
  openSession,
  SESSION_MS,
  sealSession,
  sessionKey,
} from './session-cookie.ts';

/** Somebody signed in to the console. */
export interface Session {
  id: string;
  caller: Caller;
  /** milliseconds since 1970 */
  expiresAt: number;
  /** the CSRF token that this session's forms carry */
  csrfToken: string;
}

/** Sign-in and sessions of a deployment. All methods throw StoreError when a store fails. */
export interface Sessions {
  /**
   * @param address of the caller, for throttling
   * @returns the cookie's text; `throttled` after too many wrong keys from there; `refused` for a key that is
   *   unknown, revoked, or records events only
   */
  begin(presented: string, address: string): Promise<{ cookie: string } | 'throttled' | 'refused'>;
  /** The session of a cookie; undefined when it is forged, over, ended, or its key was revoked. */
  find(cookie: string): Promise<Session | undefined>;
  /** whether a form was made by a page of this session */
  verifyCsrfToken(session: Session, token: string): Promise<boolean>;
  end(session: Session): Promise<void>;
}

export interface SessionDeps {
  keys: Pick<KeyRing, 'authenticate' | 'findByKeyId'>;
  /** reads the owner secret */
  readSecret: () => Promise<string>;
  ended: EndedSessions;
  attempts: SignInAttempts;
  /** milliseconds since 1970 */
  now: () => number;
  randomBytes: (n: number) => Uint8Array;
}

/** Sessions that were ended before their time. */
export interface EndedSessions {
  has(id: string): Promise<boolean>;
  /** @param expiresAt when the session would have ended by itself, milliseconds since 1970 */
  add(id: string, expiresAt: number): Promise<void>;
}

/** Counts sign-in attempts by address, for throttling. */
export interface SignInAttempts {
  /** counts one attempt and answers how many there were in this quarter of an hour, this one included */
  count(address: string): Promise<number>;
  /** takes one back: it was no wrong key */
  undo(address: string): Promise<void>;
}

const MAX_ATTEMPTS = 10;
const MAX_CACHED = 1_000;

export function sessions({ keys, readSecret, ended, attempts, now, randomBytes }: SessionDeps): Sessions {
  const key = cached(async () => sessionKey(await readSecret()), {
    now,
    ttlMs: 60_000,
    staleIfErrorMs: 300_000,
    retryMs: 1_000,
  });
  const endings = new LruMap<string, () => Promise<boolean>>(MAX_CACHED);

  function hasEnded(id: string): Promise<boolean> {
    let ask = endings.get(id);
    if (ask === undefined) {
      ask = cached(() => ended.has(id), { now, ttlMs: 30_000, staleIfErrorMs: 60_000, retryMs: 1_000 });
      endings.set(id, ask);
    }
    return ask();
  }

  return {
    async begin(presented, address) {
      if ((await attempts.count(address)) > MAX_ATTEMPTS) return 'throttled';
      const caller = await keys.authenticate(presented.trim());
      if (caller === undefined || !allows(caller.role, 'reader')) return 'refused';
      await attempts.undo(address);
      const id = Buffer.from(randomBytes(16)).toString('base64url');
      return {
        cookie: sealSession({ id, keyId: caller.id, expiresAt: now() + SESSION_MS }, await key()),
      };
    },

    async find(cookie) {
      const secret = await key();
      const claims = openSession(cookie, secret, now());
      if (claims === undefined) return undefined;
      const [caller, over] = await Promise.all([keys.findByKeyId(claims.keyId), hasEnded(claims.id)]);
      if (caller === undefined || over || !allows(caller.role, 'reader')) return undefined;
      const { id, expiresAt } = claims;
      return { id, caller, expiresAt, csrfToken: csrfToken(id, secret) };
    },

    verifyCsrfToken: async (session, token) => isCsrfToken(token, session.id, await key()),

    async end({ id, expiresAt }) {
      await ended.add(id, expiresAt);
      endings.delete(id);
    },
  };
}
