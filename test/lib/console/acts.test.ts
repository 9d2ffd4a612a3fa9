import { expect, test } from 'vitest';
import { RebuildTooLong } from '#lib/members/rebuild-on-read.ts';
import { memberView, memoryMembers } from '#test/lib/http/memory-members.ts';
import { consoleFixture } from './console-fixture.ts';

async function as(role: 'operator' | 'owner', options: Parameters<typeof consoleFixture>[0] = {}) {
  const fixture = consoleFixture(options);
  const cookie = await fixture.signIn(role);
  const token = await fixture.readToken(cookie);
  const act = (path: string, fields: Record<string, string> = {}) =>
    fixture.ask(`POST ${path}`, cookie, { form: token, ...fields });
  const page = async (path: string) => (await fixture.ask(`GET ${path}`, cookie)).text();
  return { ...fixture, cookie, act, page };
}

test('a run is started once and followed to its end', async () => {
  const { act, ask, cookie, page, runs } = await as('operator');
  const started = await act('/console/runs');
  const address = started.headers.get('location') ?? '';
  expect(await page(address)).toContain(`data-live="${address}.json"`);
  expect(await (await ask(`GET ${address}.json`, cookie)).json()).toMatchObject({
    goesOn: true,
    html: expect.stringContaining('3 / 8'),
  });
  expect((await act('/console/runs')).headers.get('location')).toBe('/console/runs');
  runs.finish();
  expect(await (await ask(`GET ${address}.json`, cookie)).json()).toMatchObject({
    goesOn: false,
    html: expect.stringContaining('新数据已经生成'),
  });
});

test('a profile goes by the name that it was given, everywhere; without one by its own', async () => {
  const { act, page } = await as('operator');
  await act('/console/profiles/p2/name', { zh: ' 默默学习的人 ', en: '' });
  expect(await page('/console/profiles')).toContain('默默学习的人');
  expect(await page('/console/members?profile=p2')).toContain('默默学习的人');
  await act('/console/profiles/p2/name', { zh: '', en: '' });
  expect(await page('/console/profiles')).not.toContain('默默学习的人');
  expect((await act('/console/profiles/p2/name', { zh: '长'.repeat(41) })).status).toBe(400);
  expect((await act('/console/profiles/p99/name', { zh: '谁' })).status).toBe(404);
});

test('a new key is shown once', async () => {
  const { act, page, access } = await as('owner');
  const made = await act('/console/settings/keys', { name: 'iOS 应用', role: 'write' });
  expect(made.status).toBe(201);
  const [key = ''] = /wk_[0-9A-Za-z]{38}/.exec(await made.text()) ?? [];
  expect((await access.keys.authenticate(key))?.role).toBe('write');
  const later = await page('/console/settings');
  expect(later).toContain('iOS 应用');
  expect(later).not.toContain(key);
  expect((await act('/console/settings/keys', { name: '', role: 'write' })).status).toBe(400);
  expect((await act('/console/settings/keys', { name: 'x', role: 'emperor' })).status).toBe(400);
});

test('a revoked key opens nothing any more', async () => {
  const { act, access } = await as('owner');
  const { id } = access.issued.reader.item;
  await act('/console/settings/keys/revoke', { id });
  expect(await access.keys.authenticate(access.keyOf('reader'))).toBeUndefined();
  expect((await act('/console/settings/keys/revoke', { id: 'nobody' })).status).toBe(404);
});

test('an owner goes back to earlier models', async () => {
  const { act, page, published } = await as('owner');
  const earlier = published.current.history[1]!;
  expect(await page('/console/value')).toContain(earlier.publishedAt);
  const answer = await act('/console/value/rollback', { publishedAt: earlier.publishedAt });
  expect(answer.headers.get('location')).toBe('/console/value#history');
  expect(published.current.runId).toBe(earlier.runId);
  expect((await act('/console/value/rollback', { publishedAt: 'never' })).status).toBe(404);
});

test('who came today is found by the whole id, and goes straight to their page', async () => {
  const { ask, cookie, page } = await as('operator');
  const answer = await ask('GET /console/members?q=u_1%20', cookie);
  // There are others whose ids begin like this.
  expect(await answer.text()).toContain('u_10000');
  const only = consoleFixture({ scored: { all: async () => [] } });
  const found = await only.ask('GET /console/members?q=u_10037', await only.signIn('reader'));
  expect(found.headers.get('location')).toBe('/console/members/u_10037');
  expect(await page('/console/members?q=nobody-at-all')).toContain('没有找到这样的成员');
});

test('a rebuilt member is shown with what was found, or that it goes on or waits in the background', async () => {
  const { act, page } = await as('operator');
  const { headers } = await act('/console/members/u_1/rebuild');
  expect(await page(headers.get('location') ?? '')).toContain('读了 120 个事件，改正了 0 处。');
  const rebuild = async () => {
    throw new RebuildTooLong();
  };
  const members = { ...memoryMembers(memberView({ userId: 'u_1' })), rebuild };
  const large = await as('operator', { members });
  for (const shown of ['正在后台重新计数', '另一次重新计数正在进行']) {
    const answer = await large.act('/console/members/u_1/rebuild');
    expect(await large.page(answer.headers.get('location') ?? '')).toContain(shown);
  }
});
