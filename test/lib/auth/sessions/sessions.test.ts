import { describe, expect, test } from 'vitest';
import { openSession, SESSION_MS, sealSession, sessionKey } from '#lib/auth/sessions/session-cookie.ts';
import { memorySessions, OWNER_SECRET } from '#test/lib/console/memory-sessions.ts';

const HERE = '203.0.113.7';

function world() {
  const clock = { now: Date.parse('2026-11-22T01:00:00Z') };
  const access = memorySessions(clock);
  const signIn = async (key: string, address = HERE) => {
    const begun = await access.sessions.begin(key, address);
    if (typeof begun === 'string') throw new Error(begun);
    return begun.cookie;
  };
  return { ...access, clock, signIn };
}

describe('a session', () => {
  test.each(['reader', 'operator', 'owner'] as const)('of a %s key is that key', async (role) => {
    const { sessions, signIn, keyOf, issued } = world();
    const session = await sessions.find(await signIn(keyOf(role)));
    expect(session?.caller).toMatchObject({ role, id: issued[role].item.id });
  });

  test('opens with the owner secret too, and with blanks around a key that was pasted', async () => {
    const { sessions, signIn, keyOf } = world();
    expect((await sessions.find(await signIn(OWNER_SECRET)))?.caller.role).toBe('owner');
    expect((await sessions.find(await signIn(` ${keyOf('reader')}\n`)))?.caller.role).toBe('reader');
  });

  test('is refused to write keys and to unknown keys', async () => {
    const { sessions, keyOf } = world();
    expect(await sessions.begin(keyOf('write'), HERE)).toBe('refused');
    expect(await sessions.begin('sk_nobody', HERE)).toBe('refused');
  });

  test('lasts twelve hours and not a moment longer', async () => {
    const { sessions, signIn, keyOf, clock } = world();
    const cookie = await signIn(keyOf('reader'));
    clock.now += SESSION_MS - 1;
    expect(await sessions.find(cookie)).toBeDefined();
    clock.now += 1;
    expect(await sessions.find(cookie)).toBeUndefined();
  });

  test('ends when its key is revoked, within a minute', async () => {
    const { sessions, signIn, keyOf, issued, keys, clock } = world();
    const cookie = await signIn(keyOf('operator'));
    await keys.revoke(issued.operator.item.id);
    clock.now += 60_000;
    expect(await sessions.find(cookie)).toBeUndefined();
  });

  test('ends when its owner signs out, and stays ended', async () => {
    const { sessions, signIn, keyOf, clock } = world();
    const cookie = await signIn(keyOf('operator'));
    const session = await sessions.find(cookie);
    if (session === undefined) throw new Error('not signed in');
    await sessions.end(session);
    expect(await sessions.find(cookie)).toBeUndefined();
    clock.now += 3_600_000;
    expect(await sessions.find(cookie)).toBeUndefined();
  });

  test('cannot be forged, lengthened or given to another key', async () => {
    const { sessions, signIn, keyOf, issued } = world();
    const cookie = await signIn(keyOf('reader'));
    const [id, , expires, seal] = cookie.split('.');
    const forged = [
      `${id}.${issued.owner.item.id}.${expires}.${seal}`,
      `${id}.${issued.reader.item.id}.${Number(expires) + 1}.${seal}`,
      `${id}.${issued.reader.item.id}.${expires}.${'A'.repeat(43)}`,
      cookie.slice(0, -1),
      '',
    ];
    for (const one of forged) expect(await sessions.find(one)).toBeUndefined();
  });

  test('ends with the owner secret it was signed under', () => {
    const claims = { id: 'A'.repeat(22), keyId: 'k', expiresAt: 2_000 };
    const sealed = sealSession(claims, sessionKey('one secret'));
    expect(openSession(sealed, sessionKey('one secret'), 1_000)).toEqual(claims);
    expect(openSession(sealed, sessionKey('another secret'), 1_000)).toBeUndefined();
  });

  test('has a form token that no other session has', async () => {
    const { sessions, signIn, keyOf } = world();
    const [one, other] = await Promise.all(
      [1, 2].map(async () => sessions.find(await signIn(keyOf('operator')))),
    );
    if (!one || !other) throw new Error('not signed in');
    expect(await sessions.verifyCsrfToken(one, one.csrfToken)).toBe(true);
    expect(await sessions.verifyCsrfToken(one, other.csrfToken)).toBe(false);
    expect(await sessions.verifyCsrfToken(one, '')).toBe(false);
  });
});

describe('wrong keys', () => {
  test('are answered ten times; then the right one is not even looked at', async () => {
    const { sessions, keyOf } = world();
    for (let i = 0; i < 10; i += 1) expect(await sessions.begin(`sk_${i}`, HERE)).toBe('refused');
    expect(await sessions.begin(keyOf('owner'), HERE)).toBe('throttled');
    expect(await sessions.begin(keyOf('owner'), '198.51.100.1')).toHaveProperty('cookie');
  });

  test('are all that counts: an office may sign in as often as it likes', async () => {
    const { signIn, keyOf, tries } = world();
    for (let i = 0; i < 30; i += 1) await signIn(keyOf('reader'));
    expect(tries.get(HERE)).toBe(0);
  });
});
