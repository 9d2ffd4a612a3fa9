import { expect, test } from 'vitest';
import { apiFixture } from '#test/lib/http/api-fixture.ts';

const { ask } = apiFixture();

interface Body {
  errors: unknown[];
  code: string;
  events: { messageId: string }[];
  cursor?: string;
}
const body = async (answer: Response) => (await answer.json()) as Body;

test('a member is answered as the reader knows it, and never cached', async () => {
  const answer = await ask('GET /v1/members/u_1', 'reader');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
  expect(await body(answer)).toMatchObject({
    userId: 'u_1',
    netPaymentMinor: { total: 19_900 },
    activity: null,
  });
});

test.each(['林/晓雨 50%?#', 'anon:a-1'])('the id %s is read from the path as it was sent', async (id) => {
  for (const [what, status] of [
    ['', 200],
    ['/events', 200],
  ] as const) {
    const answer = await ask(`GET /v1/members/${encodeURIComponent(id)}${what}`, 'reader');
    expect(answer.status).toBe(status);
  }
  const rebuilt = await ask(`POST /v1/members/${encodeURIComponent(id)}/rebuild`, 'operator');
  expect(await body(rebuilt)).toMatchObject({ userId: id, itemsRepaired: 0 });
});

test('an unknown member is not found', async () => {
  for (const what of ['GET /v1/members/u_0', 'GET /v1/members/u_0/events', 'POST /v1/members/u_0/rebuild']) {
    const answer = await ask(what, 'operator');
    expect(answer.status).toBe(404);
    expect(await body(answer)).toMatchObject({ code: 'member_not_found', status: 404 });
  }
});

test('the timeline is whole over its pages', async () => {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await body(
      await ask(`GET /v1/members/u_1/events${cursor ? `?cursor=${cursor}` : ''}`, 'reader'),
    );
    expect(page.events.length).toBeLessThanOrEqual(50);
    seen.push(...page.events.map((event) => event.messageId));
    cursor = page.cursor;
  } while (cursor);
  expect(seen).toEqual(Array.from({ length: 120 }, (_, i) => `m${i}`));
  expect((await body(await ask('GET /v1/members/u_1/events?limit=1', 'reader'))).events).toHaveLength(1);
});

test.each([
  ['events?limit=0', 'query.limit'],
  ['events?limit=201', 'query.limit'],
  ['events?limit=ten', 'query.limit'],
  ['events?limit=', 'query.limit'],
  ['events?limit=1.5', 'query.limit'],
  ['events?limit=1&limit=2', 'query.limit'],
  ['events?cursor=', 'query.cursor'],
  [`events?cursor=${'x'.repeat(2_049)}`, 'query.cursor'],
])('%s is refused with the path', async (what, path) => {
  const answer = await ask(`GET /v1/members/u_1/${what}`, 'reader');
  expect(answer.status).toBe(400);
  const { code, errors } = await body(answer);
  expect(code).toBe('invalid_request');
  expect(errors).toEqual([{ path, message: expect.any(String) }]);
});

test('an id is at most 256 bytes long, not counting what marks it as anonymous', async () => {
  const status = async (id: string) =>
    (await ask(`GET /v1/members/${encodeURIComponent(id)}`, 'reader')).status;
  expect(await status('x'.repeat(256))).toBe(404);
  expect(await status(`anon:${'x'.repeat(256)}`)).toBe(404);
  expect(await status('x'.repeat(257))).toBe(400);
  expect(await status('知'.repeat(86))).toBe(400);
});

test('what the reader refuses reaches the caller', async () => {
  const answer = await ask('GET /v1/members/u_1/events?cursor=forged', 'reader');
  expect(answer.status).toBe(400);
  expect(await body(answer)).toMatchObject({
    code: 'cursor_invalid',
    detail: 'This cursor is not one of ours.',
  });
});
