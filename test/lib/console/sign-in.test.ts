import { describe, expect, test } from 'vitest';
import { consoleFixture } from './console-fixture.ts';

const form = (token: string, more: Record<string, string> = {}) => ({ form: token, ...more });

describe('signing in', () => {
  test('gives a cookie that scripts and other sites never get, and that only TLS carries', async () => {
    const { app, access } = consoleFixture();
    const signIn = (host: string) =>
      app.request(`https://${host}/console/sign-in`, {
        method: 'POST',
        headers: { host },
        body: new URLSearchParams({ key: access.keyOf('operator') }),
      });
    const [cloud, local] = await Promise.all([
      signIn('abc.execute-api.cn-north-1.amazonaws.com.cn'),
      signIn('127.0.0.1:3000'),
    ]);
    const [cloudCookie, ...ofCloud] = (cloud.headers.get('set-cookie') ?? '').split('; ');
    const [localCookie, ...ofLocal] = (local.headers.get('set-cookie') ?? '').split('; ');
    expect(cloudCookie).toMatch(/^__Host-zhiqun=[\w.-]+$/);
    expect(ofCloud.sort()).toEqual(['HttpOnly', 'Max-Age=43200', 'Path=/', 'SameSite=Strict', 'Secure']);
    expect(localCookie).toMatch(/^zhiqun=[\w.-]+$/);
    expect(ofLocal.sort()).toEqual(['HttpOnly', 'Max-Age=43200', 'Path=/', 'SameSite=Strict']);
  });

  test('with a wrong key says so, in the language of who tries, and gives no cookie', async () => {
    const { ask } = consoleFixture();
    const answer = await ask('POST /console/sign-in', '', { key: 'sk_wrong' });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(await answer.text()).toContain('这把密钥不认识');
    const english = await ask('POST /console/sign-in', '', { key: 'x' }, { 'accept-language': 'en' });
    expect(await english.text()).toContain('This key is unknown or revoked');
  });

  test('is throttled after ten wrong keys', async () => {
    const { ask, access } = consoleFixture();
    for (let i = 0; i < 10; i += 1) await ask('POST /console/sign-in', '', { key: `sk_${i}` });
    expect((await ask('POST /console/sign-in', '', { key: access.keyOf('owner') })).status).toBe(429);
  });

  test('goes on to where one wanted to go, and never to another site', async () => {
    const { ask, access } = consoleFixture();
    const key = access.keyOf('reader');
    const to = async (wanted: string) =>
      (await ask('POST /console/sign-in', '', { key, to: wanted })).headers.get('location');
    expect(await to('/console/trends?days=30')).toBe('/console/trends?days=30');
    expect(await to('/console/members/u_1%2F2')).toBe('/console/members/u_1%2F2');
    for (const bad of [
      'https://evil.test',
      '//evil.test',
      '/console\\@evil.test',
      '/consoleevil',
      '/console/sign-out',
      '/docs',
    ]) {
      expect(await to(bad)).toBe('/console');
    }
  });
});

describe('without a session', () => {
  test.each(['/console', '/console/trends?days=30', '/console/members/u_1', '/console/settings'])(
    '%s shows the way to the sign-in and nothing else',
    async (path) => {
      const { ask } = consoleFixture();
      const answer = await ask(`GET ${path}`);
      expect(answer.status).toBe(303);
      expect(answer.headers.get('location')).toMatch(/^\/console\/sign-in/);
      expect(await answer.text()).toBe('');
    },
  );

  test('what scripts ask for is answered 401, and files of the page are open', async () => {
    const { ask } = consoleFixture({ style: 'body{color:red}' });
    expect((await ask('GET /console/runs/x.json')).status).toBe(401);
    const page = await (await ask('GET /console/sign-in')).text();
    const [href = ''] = /\/console\/assets\/style\.[0-9a-f]{10}\.css/.exec(page) ?? [];
    const style = await ask(`GET ${href}`);
    expect(await style.text()).toBe('body{color:red}');
    expect(style.headers.get('cache-control')).toContain('immutable');
    expect((await ask('GET /console/assets/style.0000000000.css')).status).toBe(404);
  });

  test('somebody who comes by a link from elsewhere is sent on by a page of ours, which the cookie comes with', async () => {
    const { ask, signIn } = consoleFixture();
    const path = '/console/trends?days=30';
    const first = await ask(`GET ${path}`, '', undefined, { 'sec-fetch-site': 'cross-site' });
    expect(await first.text()).toContain(`content="0;url=${path}"`);
    const second = await ask(`GET ${path}`, await signIn('reader'), undefined, {
      'sec-fetch-site': 'same-origin',
    });
    expect(second.status).toBe(200);
  });
});

describe('a form', () => {
  test('counts only with the token of its session', async () => {
    const { ask, signIn, readToken, published } = consoleFixture();
    const cookie = await signIn('operator');
    const token = await readToken(cookie);
    const rename = (fields: Record<string, string>) => ask('POST /console/profiles/p1/name', cookie, fields);
    for (const wrong of [
      { zh: '新名字' },
      { form: 'x', zh: '新名字' },
      { form: `${token}x`, zh: '新名字' },
    ]) {
      expect((await rename(wrong)).status).toBe(403);
    }
    const other = await readToken(await signIn('operator'));
    expect((await rename(form(other, { zh: '新名字' }))).status).toBe(403);
    expect(published.current.profileNames).toEqual({});
    expect((await rename(form(token, { zh: '新名字' }))).status).toBe(303);
    expect(published.current.profileNames).toEqual({ p1: { zh: '新名字' } });
  });

  test('of another site is refused, the sign-in too', async () => {
    const { ask, access } = consoleFixture();
    const key = access.keyOf('owner');
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.test' },
    ]) {
      expect((await ask('POST /console/sign-in', '', { key }, headers)).status).toBe(403);
    }
    const ours = { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-origin' };
    expect((await ask('POST /console/sign-in', '', { key }, ours)).status).toBe(303);
  });
});

test('signing out ends the session for good', async () => {
  const { ask, signIn, readToken } = consoleFixture();
  const cookie = await signIn('owner');
  const answer = await ask('POST /console/sign-out', cookie, form(await readToken(cookie)));
  expect(answer.headers.get('set-cookie')).toContain('Max-Age=0');
  expect((await ask('GET /console', cookie)).status).toBe(303);
});

describe('roles', () => {
  const acts = [
    ['operator', 'POST /console/runs'],
    ['operator', 'POST /console/profiles/p1/name'],
    ['operator', 'POST /console/members/u_1/rebuild'],
    ['operator', 'POST /console/imports/preview.json'],
    ['operator', 'POST /console/imports/mapping.json'],
    ['operator', 'POST /console/imports/announce.json'],
    ['operator', 'POST /console/imports/imp_1.complete.json'],
    ['owner', 'POST /console/value/rollback'],
    ['owner', 'POST /console/settings/keys'],
    ['owner', 'POST /console/settings/keys/revoke'],
  ] as const;

  test.each(acts)('it takes a key of an %s to %s', async (needed, what) => {
    const { ask, signIn, readToken } = consoleFixture();
    for (const role of ['reader', 'operator', 'owner'] as const) {
      const cookie = await signIn(role);
      const { status } = await ask(what, cookie, form(await readToken(cookie)));
      const may = role === 'owner' || role === needed;
      expect([role, status === 403]).toEqual([role, !may]);
    }
  });

  test('a page offers only what its reader may do', async () => {
    const { ask, signIn } = consoleFixture();
    const page = async (role: 'reader' | 'operator' | 'owner', path: string) =>
      (await ask(`GET ${path}`, await signIn(role))).text();
    expect(await page('reader', '/console')).not.toContain('现在生成');
    expect(await page('operator', '/console')).toContain('现在生成');
    expect(await page('reader', '/console/profiles')).not.toContain('改名');
    expect(await page('operator', '/console/value')).not.toContain('回退到这里');
    expect(await page('owner', '/console/value')).toContain('回退到这里');
    expect(await page('operator', '/console/settings')).not.toContain('新建密钥');
    expect(await page('reader', '/console/imports')).not.toContain('data-import');
  });

  test('a refusal says what it takes', async () => {
    const { ask, signIn, readToken } = consoleFixture();
    const cookie = await signIn('reader');
    const answer = await ask('POST /console/runs', cookie, form(await readToken(cookie)));
    expect(await answer.text()).toContain('需要“运营”权限的密钥，你现在用的是“查看”');
  });
});
