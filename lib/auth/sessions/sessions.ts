import { allows } from '#lib/auth/keys/access-key.ts';
import type { Caller, KeyRing } from '#lib/auth/keys/key-ring.ts';
import { held } from '#lib/platform/cache.ts';
import {
  formToken,
  isFormToken,
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
  /** what this session's forms carry */
  formToken: string;
}

/** Sign-in and sessions of a deployment. All methods throw StoreError when a store fails. */
export interface Sessions {
  /**
   * @param address of who tries, for throttling
   * @returns the cookie's text; `throttled` after too many wrong keys from there; `refused` for a key that is
   *   unknown, revoked, or records events only
   */
  begin(presented: string, address: string): Promise<{ cookie: string } | 'throttled' | 'refused'>;
  /** The session of a cookie; undefined when it is forged, over, ended, or its key was revoked. */
  find(cookie: string): Promise<Session | undefined>;
  /** whether a form was made by a page of this session */
  holds(session: Session, token: string): Promise<boolean>;
  end(session: Session): Promise<void>;
}

export interface SessionParts {
  keys: Pick<KeyRing, 'who' | 'named'>;
  /** reads the owner secret */
  readSecret: () => Promise<string>;
  ended: EndedSessions;
  tries: SignInTries;
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

/** How often wrong keys came from an address. */
export interface SignInTries {
  /** counts one try and answers how many there were in this quarter of an hour, this one included */
  count(address: string): Promise<number>;
  /** takes one back: it was no wrong key */
  forgive(address: string): Promise<void>;
}

const MOST_TRIES = 10;
const MOST_HELD = 1_000;

export function sessions({ keys, readSecret, ended, tries, now, randomBytes }: SessionParts): Sessions {
  const key = held(async () => sessionKey(await readSecret()), {
    now,
    freshMs: 60_000,
    usableMs: 300_000,
    retryMs: 1_000,
  });
  const endings = new Map<string, () => Promise<boolean>>();

  function hasEnded(id: string): Promise<boolean> {
    let ask = endings.get(id);
    if (ask === undefined) {
      ask = held(() => ended.has(id), { now, freshMs: 30_000, usableMs: 60_000, retryMs: 1_000 });
      endings.set(id, ask);
      const oldest = endings.keys().next().value;
      if (endings.size > MOST_HELD && oldest !== undefined) endings.delete(oldest);
    }
    return ask();
  }

  return {
    async begin(presented, address) {
      if ((await tries.count(address)) > MOST_TRIES) return 'throttled';
      const caller = await keys.who(presented.trim());
      if (caller === undefined || !allows(caller.role, 'reader')) return 'refused';
      await tries.forgive(address);
      const id = Buffer.from(randomBytes(16)).toString('base64url');
      return {
        cookie: sealSession({ id, keyId: caller.id, expiresAt: now() + SESSION_MS }, await key()),
      };
    },

    async find(cookie) {
      const secret = await key();
      const claims = openSession(cookie, secret, now());
      if (claims === undefined) return undefined;
      const [caller, over] = await Promise.all([keys.named(claims.keyId), hasEnded(claims.id)]);
      if (caller === undefined || over || !allows(caller.role, 'reader')) return undefined;
      const { id, expiresAt } = claims;
      return { id, caller, expiresAt, formToken: formToken(id, secret) };
    },

    holds: async (session, token) => isFormToken(token, session.id, await key()),

    async end({ id, expiresAt }) {
      await ended.add(id, expiresAt);
      endings.delete(id);
    },
  };
}
