import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildTaxonomy } from '#lib/events/taxonomy.ts';
import { HEAD_BYTES } from '#lib/imports/formats/file-format.ts';
import { previewRows } from '#lib/imports/mapping/preview.ts';
import { PRESET_NAMES, parsePreset } from '#lib/imports/presets/presets.ts';
import { gb18030 } from '#test/lib/imports/table-files.ts';

const buildCalls = (text: string | Buffer, name: string) =>
  previewRows(Buffer.from(text), 'export.csv', parsePreset(name)).rows.flatMap(({ outcomes }) =>
    outcomes.map((one) => (one.outcome === 'accepted' ? { type: one.type, ...one.call } : one.outcome)),
  );

test('every ready mapping is valid and can be written as JSON', () => {
  for (const name of PRESET_NAMES) {
    const mapping = parsePreset(name);
    expect(JSON.parse(JSON.stringify(mapping))).toEqual(mapping);
  }
  expect(() => parsePreset('constructor')).toThrow(/there are: moodle, orders/);
});

test('the names they give to events are counted ones', () => {
  const taxonomy = buildTaxonomy();
  for (const name of PRESET_NAMES) {
    const { event, also = [] } = parsePreset(name);
    const named = [event, ...also.map((call) => call.event)].flatMap((one) =>
      one === undefined ? [] : typeof one === 'string' ? [one] : Object.values(one.values),
    );
    for (const one of named) expect(taxonomy.has(one), one).toBe(true);
  }
});

test('a Moodle log as its report is downloaded', () => {
  const text =
    'Time,User full name,userid,Event context,Component,Event name\n"26/10/19, 09:37",Ann,7,Forum: News,Forum,Post created\n';
  expect(buildCalls(text, 'moodle')).toMatchObject([
    {
      userId: '7',
      event: 'Reply Created',
      timestamp: '2019-10-26T01:37:00.000Z',
      properties: { component: 'Forum' },
    },
  ]);
});

test('小鹅通 orders as Excel saves them: GB18030, unpaid ones dropped, refunds beside their order', () => {
  const text = [
    '订单号,用户ID,用户昵称,商品名称,商品类型,订单状态,实付金额（元）,退款金额,支付时间,下单时间',
    '\to_1,u_1,小王,"写作课,第一期",专栏,已完成,"1,299.00",0.00,2024/3/5 9:07,2024/3/5 9:06',
    'o_2,u_2,老李,年度会员,会员,已关闭,99.00,99.00,2024/3/5 9:07:30,2024/3/5 9:06',
    'o_3,u_3,小张,年度会员,会员,待付款,99.00,,,2024/3/5 9:06',
    ',,,,,,,,,',
  ].join('\r\n');
  expect(buildCalls(gb18030(text), 'xiaoetong-orders')).toMatchObject([
    {
      userId: 'u_1',
      event: 'Order Completed',
      messageId: 'xiaoetong-order-o_1',
      timestamp: '2024-03-05T01:07:00.000Z',
      properties: { total: 1299, currency: 'CNY', name: '写作课,第一期', state: '已完成' },
    },
    { userId: 'u_2', event: 'Order Completed', properties: { total: 99 } },
    { userId: 'u_2', event: 'Order Refunded', messageId: 'xiaoetong-refund-o_2', properties: { total: 99 } },
    'dropped',
    'dropped',
  ]);
});

test('小鹅通 users become members who signed up on the day the export says', () => {
  const text =
    '用户ID,昵称,手机号,性别,用户标签,注册时间\nu_1,小王,13800000000,女,"写作,会员",2024-03-05 09:07:00\nu_2,老李,,,,\n';
  expect(buildCalls(text, 'xiaoetong-users')).toMatchObject([
    {
      type: 'identify',
      userId: 'u_1',
      messageId: 'xiaoetong-user-u_1',
      traits: { name: '小王', phone: '13800000000', gender: '女', tags: ['写作', '会员'] },
    },
    { type: 'track', userId: 'u_1', event: 'Signed Up', timestamp: '2024-03-05T01:07:00.000Z' },
    { type: 'identify', userId: 'u_2', traits: { name: '老李' } },
  ]);
});

test('a preview shows the file, its columns and what its first rows become, refused ones too', () => {
  const head = Buffer.from('user_id,date,amount\nu1,2024-01-01,5\n"u2,2024-01-01,5\nu3,2024-01-01,x');
  const { recognised, rows } = previewRows(head, 'orders.csv', parsePreset('orders'));
  expect(recognised).toMatchObject({
    format: 'delimited',
    delimiter: ',',
    columns: ['user_id', 'date', 'amount'],
  });
  expect(rows).toMatchObject([
    {
      line: 2,
      input: { user_id: 'u1', date: '2024-01-01', amount: '5' },
      outcomes: [{ outcome: 'accepted' }],
    },
    { line: 3, input: undefined, outcomes: [{ outcome: 'rejected', code: 'quote_broken' }] },
    { line: 4, input: { amount: 'x' }, outcomes: [{ outcome: 'rejected', column: 'amount' }] },
  ]);
});

test('a preview of a big file takes no row that is cut off, and no more rows than asked for', () => {
  const big = Buffer.from(`user_id,date,amount\n${'u1,2024-01-01,5\n'.repeat(50_000)}`);
  const rows = (head: Buffer, limit: number) => previewRows(head, 'f', parsePreset('orders'), { limit }).rows;
  expect(rows(big.subarray(0, HEAD_BYTES), 1e9)).toHaveLength(Math.floor((HEAD_BYTES - 20) / 16));
  expect(rows(gzipSync(big), 7)).toHaveLength(7);
});
