import { describe, expect, test } from 'vitest';
import { allows, ROLES, type SecretRole } from '#lib/auth/keys/access-key.ts';
import { exampleModel } from '#test/lib/scoring/example-models.ts';
import { apiFixture, OWNER_SECRET } from './api-fixture.ts';

/** Every route behind a key, with the lowest role that may use it. The document must list the same. */
const GUARDED: Record<string, { needs: SecretRole; ask: string; body?: unknown; status: number }> = {
  'GET /v1/members/{userId}': { needs: 'reader', ask: 'GET /v1/members/u_1', status: 200 },
  'GET /v1/members/{userId}/events': { needs: 'reader', ask: 'GET /v1/members/u_1/events', status: 200 },
  'POST /v1/members/{userId}/rebuild': {
    needs: 'operator',
    ask: 'POST /v1/members/u_1/rebuild',
    status: 200,
  },
  'GET /v1/members/{userId}/score': { needs: 'reader', ask: 'GET /v1/members/u_1/score', status: 200 },
  'POST /v1/scores': { needs: 'reader', ask: 'POST /v1/scores', body: { userIds: ['u_1'] }, status: 200 },
  'GET /v1/profiles/{externalId}/traits': {
    needs: 'reader',
    ask: 'GET /v1/profiles/user_id:u_1/traits',
    status: 200,
  },
  'GET /v1/reports/{date}': { needs: 'reader', ask: 'GET /v1/reports/latest', status: 200 },
  'GET /v1/models': { needs: 'reader', ask: 'GET /v1/models', status: 200 },
  'GET /v1/models/{kind}/{version}': {
    needs: 'reader',
    ask: `GET /v1/models/value/${exampleModel('value').version}`,
    status: 200,
  },
  'POST /v1/models/rollback': { needs: 'owner', ask: 'POST /v1/models/rollback', body: {}, status: 200 },
  'PUT /v1/models/profiles/{id}/name': {
    needs: 'operator',
    ask: 'PUT /v1/models/profiles/p1/name',
    body: { zh: '铁杆粉丝' },
    status: 200,
  },
  'POST /v1/runs': { needs: 'operator', ask: 'POST /v1/runs', body: {}, status: 202 },
  'GET /v1/runs': { needs: 'reader', ask: 'GET /v1/runs', status: 200 },
  'GET /v1/runs/{runId}': { needs: 'reader', ask: 'GET /v1/runs/2026-11-22-x7k3q9', status: 200 },
  'POST /v1/rebuilds': { needs: 'operator', ask: 'POST /v1/rebuilds', body: {}, status: 202 },
  'GET /v1/rebuilds': { needs: 'reader', ask: 'GET /v1/rebuilds', status: 200 },
  'GET /v1/rebuilds/{recountId}': {
    needs: 'reader',
    ask: 'GET /v1/rebuilds/2026-11-20-x7k3q9',
    status: 200,
  },
  'POST /v1/rebuilds/{recountId}/resume': {
    needs: 'operator',
    ask: 'POST /v1/rebuilds/2026-11-20-x7k3q9/resume',
    status: 409,
  },
  'POST /v1/recounts': { needs: 'operator', ask: 'POST /v1/recounts', body: {}, status: 202 },
  'GET /v1/recounts': { needs: 'reader', ask: 'GET /v1/recounts', status: 200 },
  'GET /v1/recounts/{recountId}': {
    needs: 'reader',
    ask: 'GET /v1/recounts/2026-11-20-x7k3q9',
    status: 200,
  },
  'POST /v1/recounts/{recountId}/resume': {
    needs: 'operator',
    ask: 'POST /v1/recounts/2026-11-20-x7k3q9/resume',
    status: 409,
  },
  'POST /v1/imports': {
    needs: 'operator',
    ask: 'POST /v1/imports',
    body: { source: 'orders', filename: 'orders.csv', size: 10 },
    status: 201,
  },
  'GET /v1/imports': { needs: 'reader', ask: 'GET /v1/imports', status: 200 },
  'GET /v1/imports/{importId}': { needs: 'reader', ask: 'GET /v1/imports/imp_1', status: 200 },
  'POST /v1/imports/{importId}/upload': {
    needs: 'operator',
    ask: 'POST /v1/imports/imp_1/upload',
    status: 409,
  },
  'POST /v1/imports/{importId}/complete': {
    needs: 'operator',
    ask: 'POST /v1/imports/imp_1/complete',
    body: { parts: [{ partNumber: 1, etag: '1' }] },
    status: 202,
  },
  'GET /v1/sources': { needs: 'reader', ask: 'GET /v1/sources', status: 200 },
  'GET /v1/sources/{name}/mapping': { needs: 'reader', ask: 'GET /v1/sources/orders/mapping', status: 200 },
  'PUT /v1/sources/{name}/mapping': {
    needs: 'operator',
    ask: 'PUT /v1/sources/shop/mapping',
    body: { userId: 'who', time: { column: 'when' }, event: 'Order Completed' },
    status: 200,
  },
  'POST /v1/sources/{name}/mapping/preview': {
    needs: 'reader',
    ask: 'POST /v1/sources/orders/mapping/preview',
    body: { filename: 'orders.csv', head: 'user_id,date,amount\nu_1,2026-03-08,9.90\n' },
    status: 200,
  },
  'POST /v1/keys': {
    needs: 'owner',
    ask: 'POST /v1/keys',
    body: { name: '小程序', role: 'write' },
    status: 201,
  },
  'GET /v1/keys': { needs: 'owner', ask: 'GET /v1/keys', status: 200 },
  'DELETE /v1/keys/{id}': { needs: 'owner', ask: `DELETE /v1/keys/${'x'.repeat(43)}`, status: 404 },
};
const PUBLIC = [
  'GET /docs',
  'GET /docs/{file}',
  'GET /v1/openapi.json',
  'GET /v1/projects/{writeKey}/settings',
];

describe.each(Object.entries(GUARDED))('%s', (_, { needs, ask: what, body, status }) => {
  test.each(ROLES)('no role may do what only a higher one may: %s', async (role) => {
    const answer = await apiFixture().ask(what, role, body);
    if (allows(role, needs)) expect(answer.status).toBe(status);
    else {
      expect(answer.status).toBe(403);
      const { code, detail } = (await answer.json()) as { code: string; detail: string };
      expect(code).toBe('forbidden');
      expect(detail).toContain(`the role ${needs}`);
    }
  });

  test('nobody may do it without a key', async () => {
    const { ask, issued, store } = apiFixture();
    await store.revoke(issued.owner.item.id, 'now');
    for (const key of [undefined, 'nonsense', 'sk_0123456789', issued.owner.key]) {
      const answer = await ask(what, key === undefined ? undefined : { key }, body);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(await answer.json()).toMatchObject({ code: 'unauthenticated' });
    }
  });

  test('the owner secret may do it', async () => {
    expect((await apiFixture().ask(what, { key: OWNER_SECRET }, body)).status).toBe(status);
  });
});

test('a write key opens nothing but tracking', async () => {
  for (const { ask: what, body } of Object.values(GUARDED)) {
    const answer = await apiFixture().ask(what, 'write', body);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('a write key, which only records events');
  }
});

test('every route is guarded or meant to be public, and the document says which', () => {
  const { document, app } = apiFixture();
  const roles: Record<string, string> = {};
  const open: string[] = [];
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, { security }] of Object.entries(methods as Record<string, { security?: object[] }>)) {
      const name = `${method.toUpperCase()} ${path}`;
      const [first] = security as Record<string, string[]>[];
      if (first === undefined) open.push(name);
      else if (first['secretKey']) roles[name] = first['secretKey'].join();
    }
  }
  expect(roles).toEqual(
    Object.fromEntries(Object.entries(GUARDED).map(([name, { needs }]) => [name, needs])),
  );
  expect(open.sort()).toEqual(PUBLIC);
  const served = new Set(
    app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`),
  );
  const listed = [...Object.keys(GUARDED), ...PUBLIC.filter((name) => !name.includes('settings'))].map(
    (name) => name.replace(/\{(\w+)\}/g, ':$1'),
  );
  expect([...served].sort()).toEqual(listed.sort());
});

test('a key may come as Bearer or as the user name of Basic', async () => {
  const { answer, findKey } = apiFixture();
  const status = async (authorization: string) => {
    const request = new Request('http://localhost/v1/members/u_1', { headers: { authorization } });
    return (await answer(request)).status;
  };
  const key = findKey('reader');
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  for (const good of [`Bearer ${key}`, `bearer  ${key}`, basic(`${key}:`), basic(key)]) {
    expect(await status(good)).toBe(200);
  }
  for (const bad of ['Bearer', key, `Token ${key}`, `Bearer ${key} ${key}`, basic(`:${key}`), 'Basic ???']) {
    expect(await status(bad)).toBe(401);
  }
});
