import { expect, test } from 'vitest';
import type { IssuedKey, KeyList } from '#lib/http/keys/schema.ts';
import { apiFixture } from '#test/lib/http/api-fixture.ts';

const json = async <T>(answer: Response) => (await answer.json()) as T;

test('a key is shown once, works at once, and is never shown again', async () => {
  const { ask } = apiFixture();
  const made = await ask('POST /v1/keys', 'owner', { name: ' 数据看板 ', role: 'reader' });
  expect(made.status).toBe(201);
  const { id, key, name, role, createdAt } = await json<IssuedKey>(made);
  expect({ name, role, createdAt }).toEqual({
    name: '数据看板',
    role: 'reader',
    createdAt: '2026-03-08T00:00:00.000Z',
  });
  expect((await ask('GET /v1/members/u_1', { key })).status).toBe(200);

  const listed = await (await ask('GET /v1/keys', 'owner')).text();
  expect(listed).not.toContain(key);
  const { keys } = JSON.parse(listed) as KeyList;
  expect(keys).toHaveLength(5);
  expect(keys.find((one) => one.id === id)).toMatchObject({ name, role, createdBy: keys[3]?.id });
});

test('a revoked key stops working at once where it was revoked, and stays listed', async () => {
  const { ask, issued } = apiFixture();
  const { key, item } = issued.reader;
  expect((await ask('GET /v1/members/u_1', { key })).status).toBe(200);
  for (let i = 0; i < 2; i++) expect((await ask(`DELETE /v1/keys/${item.id}`, 'owner')).status).toBe(204);
  expect((await ask('GET /v1/members/u_1', { key })).status).toBe(401);
  const { keys } = await json<KeyList>(await ask('GET /v1/keys', 'owner'));
  expect(keys.find(({ id }) => id === item.id)?.revokedAt).toBe('2026-03-08T00:00:00.000Z');
});

test('a key revoked elsewhere stops working within 60 seconds', async () => {
  const { ask, issued, store, clock } = apiFixture();
  expect((await ask('GET /v1/members/u_1', 'reader')).status).toBe(200);
  await store.revoke(issued.reader.item.id, 'now');
  clock.now += 60_000;
  expect((await ask('GET /v1/members/u_1', 'reader')).status).toBe(401);
});

test('revoking an unknown key is 404', async () => {
  const { ask, issued } = apiFixture();
  const unknown = await ask(`DELETE /v1/keys/${'x'.repeat(43)}`, 'owner');
  expect(unknown.status).toBe(404);
  expect(await unknown.json()).toMatchObject({ code: 'key_not_found' });
  // Somebody takes the key for its id: it must not work, nor be repeated in the answer.
  const mistaken = await ask(`DELETE /v1/keys/${issued.reader.key}`, 'owner');
  expect(mistaken.status).toBe(400);
  expect(await mistaken.text()).not.toContain(issued.reader.key);
});

test.each([
  [{ role: 'write' }, 'body.name'],
  [{ name: '', role: 'write' }, 'body.name'],
  [{ name: '  ', role: 'write' }, 'body.name'],
  [{ name: 'x'.repeat(101), role: 'write' }, 'body.name'],
  [{ name: 'app', role: 'emperor' }, 'body.role'],
  [{ name: 'app' }, 'body.role'],
  [[], 'body'],
  ['null', 'body'],
])('a request like %j is refused with the path', async (input, path) => {
  const answer = await apiFixture().ask('POST /v1/keys', 'owner', input);
  expect(answer.status).toBe(400);
  const { code, errors } = await json<{ code: string; errors: { path: string }[] }>(answer);
  expect(code).toBe('invalid_request');
  expect(errors.map((error) => error.path)).toEqual([path]);
});

test('what is not JSON is refused', async () => {
  const { answer, ask, findKey } = apiFixture();
  const broken = await ask('POST /v1/keys', 'owner', '{"name":');
  expect(broken.status).toBe(400);
  expect(await broken.json()).toMatchObject({ code: 'invalid_json' });
  const form = await answer(
    new Request('http://localhost/v1/keys', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${findKey('owner')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'name=app&role=write',
    }),
  );
  expect(form.status).toBe(415);
});
