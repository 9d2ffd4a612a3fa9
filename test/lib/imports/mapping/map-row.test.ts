import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toMinorUnits } from '#lib/events/money.ts';
import type { Outcome } from '#lib/events/outcome.ts';
import { detectFileFormat } from '#lib/imports/formats/file-format.ts';
import type { MappedCall } from '#lib/imports/mapping/compile-call.ts';
import { compileMapping, mapRow } from '#lib/imports/mapping/map-row.ts';
import { formatHints, type Mapping, parseMapping } from '#lib/imports/mapping/schema.ts';
import { readAllRows } from '#test/lib/imports/table-files.ts';

async function mapped(
  text: string,
  mapping: object | undefined,
  timeZone?: string,
): Promise<Outcome<MappedCall>[][]> {
  const parsed: Mapping | undefined = mapping && parseMapping(mapping);
  const bytes = Buffer.from(text);
  const recognised = detectFileFormat(bytes, 'f', formatHints(parsed));
  const compiled = compileMapping(parsed, recognised, timeZone === undefined ? {} : { timeZone });
  return (await readAllRows(bytes, { recognised })).map((row) => mapRow(row, compiled));
}

const calls = (rows: Outcome<MappedCall>[][]) =>
  rows.flat().map((one) => (one.outcome === 'accepted' ? one.call : one));

const login = { userId: 'who', time: { column: 'when' }, event: 'Signed Up' };

test('who, when, what, and properties of every type', async () => {
  const mapping = {
    ...login,
    time: { column: 'when', zone: 'Europe/Helsinki' },
    anonymousId: 'device',
    messageId: { column: 'id', prefix: 'm-' },
    properties: {
      text: { column: 't' },
      count: { column: 'i', type: 'integer' },
      share: { column: 'n', type: 'number' },
      paid: { column: 'b', type: 'boolean' },
      extra: { column: 'j', type: 'json' },
      tags: { column: 'l', type: 'list', separator: ' ' },
      total: { column: 'm', type: 'money', unit: 'fen', currency: 'CNY' },
      from: { value: 'import' },
      missing: { column: 'nowhere', optional: true },
    },
  };
  const text = [
    'who;when;device;id;t;i;n;b;j;l;m',
    ' u1 ;2024-07-01 12:00:00;d1;7;hello;1,000;-.5;是;"{""a"":[1]}";a  b;1234567',
    'u2;2024-07-01 12:00:00;;;;;;;;;',
  ].join('\n');
  expect(calls(await mapped(text, mapping))).toEqual([
    {
      userId: 'u1',
      anonymousId: 'd1',
      messageId: 'm-7',
      timestamp: '2024-07-01T09:00:00.000Z',
      event: 'Signed Up',
      properties: {
        text: 'hello',
        count: 1000,
        share: -0.5,
        paid: true,
        extra: { a: [1] },
        tags: ['a', 'b'],
        total: 12345.67,
        currency: 'CNY',
        from: 'import',
      },
    },
    {
      userId: 'u2',
      timestamp: '2024-07-01T09:00:00.000Z',
      event: 'Signed Up',
      properties: { from: 'import' },
    },
  ]);
});

test('times without an offset are in the mapping’s zone, else in the deployment’s', async () => {
  const at = async (zone?: string, own?: string) =>
    calls(
      await mapped(
        'who,when\nu1,2024-01-01 08:00\n',
        { ...login, time: { column: 'when', ...(own && { zone: own }) } },
        zone,
      ),
    ).map((call) => (call as { timestamp: string }).timestamp);
  expect(await at()).toEqual(['2024-01-01T00:00:00.000Z']);
  expect(await at('UTC')).toEqual(['2024-01-01T08:00:00.000Z']);
  expect(await at('UTC', 'Asia/Tokyo')).toEqual(['2023-12-31T23:00:00.000Z']);
});

test.each([
  ['', '2024-01-01', '1', 'who', 'user_missing'],
  ['000', '2024-01-01', '1', 'who', 'id_blocked'],
  ['u1', '', '1', 'when', 'time_missing'],
  ['u1', 'soon', '1', 'when', 'time_invalid'],
  ['u1', '2024-01-01', '1.5', 'n', 'number_invalid'],
  ['u\ufffd', '2024-01-01', '1', 'who', 'text_unreadable'],
])('the row %s,%s,%s is refused with column and code', async (who, when, n, column, code) => {
  const mapping = {
    ...login,
    userId: { column: 'who', prefix: 'x' },
    properties: { n: { column: 'n', type: 'integer' } },
  };
  const [[first]] = (await mapped(`who,when,n\n${who},${when},${n}\n`, mapping)) as [[Outcome<MappedCall>]];
  expect(first).toMatchObject({
    outcome: 'rejected',
    column,
    code,
    message: expect.stringMatching(/\w+ \w+/),
  });
});

describe('what happened comes from a table', () => {
  const row = (otherwise?: string, value = 'strange') => {
    const event = { column: 'what', values: { login: 'Signed Up' }, ...(otherwise && { otherwise }) };
    return mapped(`who,when,what\nu1,2024-01-01,${value}\n`, { ...login, event });
  };
  test('other values are refused, dropped or kept as the mapping says', async () => {
    expect((await row()).flat()).toMatchObject([
      { outcome: 'rejected', column: 'what', code: 'event_unknown' },
    ]);
    expect((await row('drop')).flat()).toMatchObject(
      [{ outcome: 'dropped', reason: /strange/ }].map(() => ({ outcome: 'dropped' })),
    );
    expect(calls(await row('keep'))).toMatchObject([{ event: 'strange' }]);
    expect((await row('keep', '')).flat()).toMatchObject([{ outcome: 'rejected', code: 'event_missing' }]);
    expect(calls(await row('drop', 'login'))).toMatchObject([{ event: 'Signed Up' }]);
  });
});

test('a row can give several calls, or none, and can be skipped', async () => {
  const mapping = {
    ...login,
    event: 'Order Completed',
    skip: [{ column: 'who', in: ['test'] }],
    when: [{ column: 'paid', empty: false }],
    properties: { total: { column: 'paid', type: 'money', unit: 'yuan' } },
    also: [
      {
        when: [{ column: 'back', above: 0 }],
        event: 'Order Refunded',
        properties: { total: { column: 'back', type: 'money', unit: 'yuan' } },
      },
    ],
  };
  const rows = await mapped(
    'who,when,paid,back\na,2024-01-01,¥10.00,0\nb,2024-01-01,"1,000",2\nc,2024-01-01,,\ntest,2024-01-01,1,\n',
    mapping,
  );
  expect(calls(rows.slice(0, 2))).toMatchObject([
    { userId: 'a', event: 'Order Completed', properties: { total: 10 } },
    { userId: 'b', event: 'Order Completed', properties: { total: 1000 } },
    { userId: 'b', event: 'Order Refunded', properties: { total: 2 } },
  ]);
  expect(rows.slice(2).flat()).toMatchObject([{ outcome: 'dropped' }, { outcome: 'dropped' }]);
});

test('a column may have several names, compared without case, blanks and full-width forms', async () => {
  const mapping = {
    ...login,
    userId: ['uid', '用户id'],
    properties: { total: { column: ['总额', '实付金额(元)'], type: 'money', unit: 'yuan' } },
  };
  const [call] = calls(await mapped('用户 ID,When,实付金额（元）\nu1,2024-01-01,9.90\n', mapping));
  expect(call).toMatchObject({ userId: 'u1', properties: { total: 9.9 } });
});

test('NDJSON by a mapping reads fields, nested ones by a path; without a mapping lines are calls', async () => {
  const line = '{"user":{"id":7},"at":"2024-01-01T00:00:00Z"}\n';
  const mapping = { userId: 'user.id', time: { column: 'at' }, event: 'Signed Up' };
  expect(calls(await mapped(line, mapping))).toEqual([
    { userId: '7', timestamp: '2024-01-01T00:00:00.000Z', event: 'Signed Up' },
  ]);
  const call = { type: 'identify', userId: 'a', traits: { n: 1 } };
  expect((await mapped(JSON.stringify(call), undefined)).flat()).toEqual([
    { outcome: 'accepted', type: 'identify', call },
  ]);
});

test('amounts are exact to the last minor unit, whatever unit the file counts in', async () => {
  const amount = fc.integer({ min: -1e12, max: 1e12 });
  await fc.assert(
    fc.asyncProperty(fc.array(amount, { minLength: 1 }), async (fen) => {
      const yuan = fen.map(
        (n) =>
          `${n < 0 ? '-' : ''}${Math.trunc(Math.abs(n) / 100)}.${String(Math.abs(n) % 100).padStart(2, '0')}`,
      );
      const text = `who,when,fen,yuan\n${fen.map((n, i) => `u,2024-01-01,${n},${yuan[i]}`).join('\n')}`;
      const properties = {
        a: { column: 'fen', type: 'money', unit: 'fen' },
        b: { column: 'yuan', type: 'money', unit: 'yuan' },
      };
      const made = calls(await mapped(text, { ...login, properties })) as Array<{
        properties: { a: number; b: number };
      }>;
      expect(made.map(({ properties }) => toMinorUnits(properties.a, 2) ?? 0)).toEqual(fen.map((n) => n + 0));
      expect(made.map(({ properties }) => properties.b)).toEqual(made.map(({ properties }) => properties.a));
    }),
    { numRuns: 100 },
  );
});

test.each([
  ['￥1,234.50', 1234.5],
  ['(5.00)', -5],
  ['12元', 12],
  ['0', 0],
  ['12,50', undefined],
  ['1.234,50', undefined],
  ['12345678901234567', undefined],
  ['free', undefined],
])('the amount %s', async (text, wanted) => {
  const properties = { total: { column: 'm', type: 'money', unit: 'yuan' } };
  const [call] = calls(await mapped(`who\twhen\tm\nu\t2024-01-01\t${text}\n`, { ...login, properties }));
  expect(call).toMatchObject(
    wanted === undefined ? { column: 'm', code: 'money_invalid' } : { properties: { total: wanted } },
  );
});

describe('what is wrong is reported at once', () => {
  test('columns that the file does not have, with those it has', async () => {
    await expect(mapped('uid,when\nu,2024-01-01\n', login)).rejects.toThrow(
      'the mapping reads the userId from column "who", which the file does not have; its columns are: uid, when',
    );
    const properties = { total: { column: ['a', 'b'] } };
    await expect(mapped('who,when\nu,2024-01-01\n', { ...login, properties })).rejects.toThrow(
      /properties.total from column "a" or "b"/,
    );
  });
  test('a table without a mapping', async () => {
    await expect(mapped('who,when\nu,2024-01-01\n', undefined)).rejects.toThrow(
      /columns of this file are: who, when/,
    );
  });
  test.each([
    [{ event: 'x' }, 'at the top: userId (or anonymousId) must name the column'],
    [{ userId: 'u', event: 'x' }, 'time must name the column'],
    [{ userId: 'u', time: { column: 't' } }, 'event must be a name'],
    [
      { userId: 'u', time: { column: 't', format: 'yyyy-XX' }, event: 'x' },
      'time.format: time format "yyyy-XX"',
    ],
    [{ userId: 'u', time: { column: 't', zone: 'Mars' }, event: 'x' }, 'time.zone: is no IANA time zone'],
    [{ ...login, properties: { a: { column: 'c', type: 'money' } } }, 'properties.a.unit:'],
    [{ ...login, properties: { a: { column: 'c', typ: 'text' } } }, 'properties.a: Unrecognized key: "typ"'],
    [{ ...login, colour: 'red' }, 'Unrecognized key: "colour"'],
    [{ ...login, also: [{ type: 'identify', event: 'x' }] }, 'also.0: a call of type identify has no event'],
  ])('the mapping %j', (mapping, message) => {
    expect(() => parseMapping(mapping)).toThrow(message);
  });
});
