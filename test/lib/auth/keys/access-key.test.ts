import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allows, isWellFormed, keyId, newKey, ROLES } from '#lib/auth/keys/access-key.ts';

describe('keys', () => {
  test('say by their prefix whether they are public', () => {
    expect(newKey('write', randomBytes(32))).toMatch(/^wk_[0-9A-Za-z]{38}$/);
    for (const role of ['reader', 'operator', 'owner'] as const) {
      expect(newKey(role, randomBytes(32))).toMatch(/^sk_[0-9A-Za-z]{38}$/);
    }
  });

  test('depend on at least 190 of the random bits', () => {
    const flipped = (bit: number) => {
      const bytes = new Uint8Array(32);
      bytes[31 - (bit >> 3)] = 1 << (bit & 7);
      return newKey('owner', bytes);
    };
    const distinct = new Set(Array.from({ length: 190 }, (_, bit) => flipped(bit).slice(0, 35)));
    expect(distinct.size).toBe(190);
  });

  test('are not made from too little randomness', () => {
    expect(() => newKey('owner', randomBytes(16))).toThrow('32 random bytes, got 16');
  });

  test('are well-formed, and no key with a typo is', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.constantFrom(...ROLES),
        fc.nat(40),
        fc.constantFrom(...'0aZ9_'),
        (bytes, role, at, digit) => {
          const key = newKey(role, bytes);
          expect(isWellFormed(key)).toBe(true);
          const mistyped = key.slice(0, at) + digit + key.slice(at + 1);
          if (mistyped !== key) expect(isWellFormed(mistyped)).toBe(false);
        },
      ),
    );
  });

  test('are stored under their SHA-256', () => {
    expect(keyId('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  });
});

test('a role may do what lower roles may, and a write key nothing', () => {
  const table = ROLES.map((role) => [
    role,
    ...(['reader', 'operator', 'owner'] as const).filter((needed) => allows(role, needed)),
  ]);
  expect(table).toEqual([
    ['write'],
    ['reader', 'reader'],
    ['operator', 'reader', 'operator'],
    ['owner', 'reader', 'operator', 'owner'],
  ]);
});
