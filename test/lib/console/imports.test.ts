import { describe, expect, test } from 'vitest';
import { buildMapping, guessMappingForm, parseMappingForm } from '#lib/console/pages/imports/mapping-form.ts';
import { consoleFixture } from './console-fixture.ts';

const CSV = '学员,时间,动作,金额\nu1,2026-11-01 10:00:00,打卡,\nu2,2026-11-01 11:00:00,购买,199\n';
const ORDERS = 'order_id,user_id,paid_at,amount,status\no1,u1,2026-11-01T10:00:00Z,199,paid\n';

const base64 = (text: string) => Buffer.from(text).toString('base64');

async function operator() {
  const fixture = consoleFixture();
  const cookie = await fixture.signIn('operator');
  const token = await fixture.readToken(cookie);
  const post = (path: string, body: unknown) =>
    fixture.app.request(`http://127.0.0.1:3000${path}`, {
      method: 'POST',
      headers: {
        host: '127.0.0.1:3000',
        cookie,
        'x-form': token,
        'content-type': 'application/json',
        'accept-language': 'zh',
      },
      body: JSON.stringify(body),
    });
  const preview = async (filename: string, text: string, fields: Record<string, string> = {}) =>
    (await (
      await post('/console/imports/preview.json', { filename, head: base64(text), fields })
    ).json()) as {
      html: string;
      source: string;
    };
  return { ...fixture, cookie, post, preview };
}

describe('a dropped file', () => {
  test('of a known kind finds its source by itself', async () => {
    const { preview } = await operator();
    const moodle = 'Time,User ID,Event name\n"2026-11-01T10:00:00Z",7,Course viewed\n';
    const { html, source } = await preview('log.csv', moodle);
    expect(source).toBe('moodle');
    expect(html).toContain('Course Viewed · 7');
    expect(html).not.toMatch(/data-send[^>]*disabled/);
  });

  test('of calls needs no mapping', async () => {
    const { preview } = await operator();
    const { source, html } = await preview(
      'x.ndjson',
      '{"userId":"u1","event":"Post Created","timestamp":"2026-11-01T10:00:00Z"}\n',
    );
    expect(source).toBe('none');
    expect(html).toContain('Post Created · u1');
  });

  test('of an unknown kind offers its columns, chosen as people would; it cannot be sent before they are saved', async () => {
    const { preview } = await operator();
    const { html, source } = await preview('打卡.csv', CSV);
    expect(source).toBe('own');
    expect(html).toContain('<option value="学员" selected="">');
    expect(html).toContain('打卡 · u1 · 2026-11-01T02:00:00.000Z');
    expect(html).toMatch(/data-send[^>]*disabled/);
  });

  test('is previewed again with every change, and says what is wrong', async () => {
    const { preview } = await operator();
    const fields = {
      source: 'own',
      userId: '学员',
      time: '时间',
      eventColumn: '动作',
      'value:购买': 'Order Completed',
    };
    expect((await preview('打卡.csv', CSV, fields)).html).toContain('Order Completed · u2');
    const wrong = await preview('打卡.csv', CSV, { ...fields, userId: '' });
    expect(wrong.html).toContain('userId (or anonymousId) must name the column');
    expect((await preview('打卡.csv', CSV, { source: 'orders' })).html).toContain('role="alert"');
  });

  test('that cannot be read says so, in the preview', async () => {
    const { preview } = await operator();
    expect((await preview('leer.csv', ' ')).html).toContain('is empty');
    expect((await preview('a.json', '[{"a":1}]')).html).toContain('NDJSON');
  });
});

test('a mapping made on the page is stored under its name and serves the same file', async () => {
  const { post, preview, sources } = await operator();
  const fields = {
    userId: '学员',
    time: '时间',
    eventColumn: '动作',
    money: '金额',
    'value:购买': 'Order Completed',
  };
  expect((await post('/console/imports/mapping.json', { name: 'Bad Name', fields })).status).toBe(400);
  expect((await post('/console/imports/mapping.json', { name: 'my-course', fields })).status).toBe(200);
  expect((await sources.mapping('my-course'))?.mapping.userId).toBe('学员');
  const { html } = await preview('打卡.csv', CSV, { source: 'my-course' });
  expect(html).toContain('Order Completed · u2');
  expect(html).not.toMatch(/data-send[^>]*disabled/);
});

test('the likely columns are found by what people call them', () => {
  expect(guessMappingForm(['order_id', 'user_id', 'paid_at', 'created_time', 'amount'])).toMatchObject({
    userId: 'user_id',
    time: 'created_time',
    money: 'amount',
    eventColumn: '',
  });
  const form = parseMappingForm({
    userId: 'user_id',
    time: 'paid_at',
    eventName: 'Order Completed',
    money: 'amount',
  });
  expect(buildMapping(form).event).toBe('Order Completed');
  expect(ORDERS).toContain('user_id');
});

test('an upload gets fresh addresses for as long as it may go on', async () => {
  const { post } = await operator();
  const file = { source: 'orders', filename: 'o.csv', size: 12 };
  const ticket = (await (await post('/console/imports/announce.json', file)).json()) as { importId: string };
  const renewed = await post(`/console/imports/${ticket.importId}.upload.json`, {});
  expect(await renewed.json()).toEqual(ticket);
  expect((await post('/console/imports/imp_1.upload.json', {})).status).toBe(409);
  expect((await post('/console/imports/imp_0.upload.json', {})).status).toBe(404);
});

test('an import is announced, and followed while it goes on', async () => {
  const { post, ask, cookie } = await operator();
  const ticket = await post('/console/imports/announce.json', {
    source: 'orders',
    filename: 'o.csv',
    size: 12,
  });
  expect(await ticket.json()).toMatchObject({
    importId: expect.stringMatching(/^imp_/),
    uploadUrl: expect.any(String),
  });
  expect(
    (await post('/console/imports/announce.json', { source: '../x', filename: 'o.csv', size: 0 })).status,
  ).toBe(400);
  const running = await ask('GET /console/imports/imp_2.json', cookie);
  expect(await running.json()).toMatchObject({ goesOn: true, html: expect.stringContaining('45%') });
  const done = await ask('GET /console/imports/imp_1.json', cookie);
  expect(await done.json()).toMatchObject({
    goesOn: false,
    html: expect.stringContaining('rejected/imp_1.ndjson'),
  });
});
