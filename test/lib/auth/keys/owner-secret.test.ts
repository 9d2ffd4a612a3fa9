import { expect, test } from 'vitest';
import { ownerSecretVerifier } from '#lib/auth/keys/key-ring.ts';

const SECRET = 'q8Z!dP2s'.repeat(5);

function secretStore() {
  const store = {
    now: 0,
    reads: 0,
    value: SECRET,
    failure: undefined as Error | undefined,
    async read() {
      store.reads += 1;
      if (store.failure) throw store.failure;
      return store.value;
    },
  };
  return { store, isOwner: ownerSecretVerifier(store.read, () => store.now) };
}

test('only the secret itself is the owner', async () => {
  const { isOwner } = secretStore();
  expect(await isOwner(SECRET)).toBe(true);
  for (const other of [`${SECRET}x`, SECRET.slice(1), SECRET.toLowerCase(), 'x'.repeat(40)]) {
    expect(await isOwner(other)).toBe(false);
  }
});

test('guesses do not hammer the secret store', async () => {
  const { store, isOwner } = secretStore();
  await Promise.all(Array.from({ length: 500 }, (_, i) => isOwner(`${i}`.padStart(40, 'g'))));
  expect(store.reads).toBe(1);
  store.failure = new Error('down');
  store.now += 60_000;
  for (let i = 0; i < 50; i++) await expect(isOwner(SECRET)).rejects.toThrow('down');
  expect(store.reads).toBe(2);
});

test('what cannot be the secret is not worth a read', async () => {
  const { store, isOwner } = secretStore();
  for (const other of ['', 'short', 'x'.repeat(513), `wk_${'x'.repeat(38)}`])
    expect(await isOwner(other)).toBe(false);
  expect(store.reads).toBe(0);
});

test('a rotated secret stops working within 60 seconds', async () => {
  const { store, isOwner } = secretStore();
  expect(await isOwner(SECRET)).toBe(true);
  store.value = 'n'.repeat(40);
  store.now += 60_000;
  expect(await isOwner(SECRET)).toBe(false);
  expect(await isOwner('n'.repeat(40))).toBe(true);
});

test('a secret too short to be safe opens nothing', async () => {
  const { store, isOwner } = secretStore();
  store.value = '';
  await expect(isOwner('x'.repeat(40))).rejects.toThrow('the owner secret has 0 characters');
});
