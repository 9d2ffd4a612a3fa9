import { hash } from 'node:crypto';

/** What a key may do. `write` is apart: it records events and opens nothing else. */
export const ROLES = ['write', 'reader', 'operator', 'owner'] as const;
export type Role = (typeof ROLES)[number];
export type SecretRole = Exclude<Role, 'write'>;

/** A key as it is stored and shown: never the key itself. */
export interface AccessKey {
  /** SHA-256 of the key, base64url: 43 characters */
  id: string;
  name: string;
  role: Role;
  /** ISO time */
  createdAt: string;
  /** the id of the key that made it, or `owner-secret` */
  createdBy: string;
  /** ISO time; absent while the key works */
  revokedAt?: string;
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^32 is 2^190.5 */
const SECRET_DIGITS = 32;
const CHECK_DIGITS = 6;
const WELL_FORMED = new RegExp(`^[ws]k_[0-9A-Za-z]{${SECRET_DIGITS + CHECK_DIGITS}}$`);
const RANK: Record<Role, number> = { write: 0, reader: 1, operator: 2, owner: 3 };

/**
 * Makes a key: `wk_` (write) or `sk_` (the other roles), 32 random base62 digits, 6 check digits.
 * @param randomBytes at least 32 bytes from a cryptographic source
 * @throws RangeError with fewer bytes
 */
export function newKey(role: Role, randomBytes: Uint8Array): string {
  if (randomBytes.length < 32) throw new RangeError(`a key needs 32 random bytes, got ${randomBytes.length}`);
  const prefix = role === 'write' ? 'wk_' : 'sk_';
  const secret = base62(BigInt(`0x${Buffer.from(randomBytes).toString('hex')}`), SECRET_DIGITS);
  return prefix + secret + checkDigits(prefix + secret);
}

/** The id under which a key is stored: its SHA-256, base64url. */
export function keyId(key: string): string {
  return hash('sha256', key, 'base64url');
}

/**
 * Whether this can be a key of ours, by its form and check digits alone: made-up keys are
 * turned away without asking the table.
 */
export function isWellFormed(key: string): boolean {
  if (!WELL_FORMED.test(key)) return false;
  const end = key.length - CHECK_DIGITS;
  return checkDigits(key.slice(0, end)) === key.slice(end);
}

/** Whether `role` may do what needs `needed`: owner ≥ operator ≥ reader; a write key may do none of it. */
export function allows(role: Role, needed: SecretRole): boolean {
  return RANK[role] >= RANK[needed];
}

function checkDigits(text: string): string {
  return base62(BigInt(`0x${hash('sha256', text, 'hex').slice(0, 16)}`), CHECK_DIGITS);
}

/** The lowest `length` base62 digits of a number; bits beyond them only make the choice more even. */
function base62(number: bigint, length: number): string {
  let digits = '';
  for (let rest = number; digits.length < length; rest /= 62n) digits = DIGITS[Number(rest % 62n)] + digits;
  return digits;
}
