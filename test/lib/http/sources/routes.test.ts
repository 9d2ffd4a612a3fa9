import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Preview, SourceList } from '#lib/http/sources/schema.ts';
import { parseMapping } from '#lib/imports/mapping/schema.ts';
import { PRESET_NAMES, parsePreset } from '#lib/imports/presets/presets.ts';
import type { InferLazy } from '#lib/platform/lazy-schema.ts';
import { apiFixture } from '#test/lib/http/api-fixture.ts';

const body = async <T = Record<string, unknown>>(answer: Response) => (await answer.json()) as T;
type PreviewBody = InferLazy<typeof Preview>;

const shop = {
  userId: 'who',
  time: { column: 'when', format: 'yyyy-MM-dd HH:mm', zone: 'Asia/Shanghai' },
  event: 'Order Completed',
  properties: { total: { column: 'paid', type: 'money', unit: 'yuan', currency: 'CNY' } },
};

describe('the mapping of a source', () => {
  test.each(PRESET_NAMES)('comes with zhiqun for %s', async (name) => {
    const answer = await apiFixture().ask(`GET /v1/sources/${name}/mapping`, 'reader');
    expect(answer.status).toBe(200);
    expect(await body(answer)).toEqual({
      name,
      version: 'ready',
      mapping: JSON.parse(JSON.stringify(parsePreset(name))),
    });
  });

  test('is stored under a new version each time, and earlier ones can be read', async () => {
    const { ask, issued } = apiFixture();
    for (const [version, event] of [
      [1, 'Order Completed'],
      [2, 'Order Paid'],
    ] as const) {
      const stored = await ask('PUT /v1/sources/shop/mapping', 'operator', { ...shop, event });
      expect(stored.status).toBe(200);
      expect(await body(stored)).toEqual({ name: 'shop', version });
    }
    const current = await body(await ask('GET /v1/sources/shop/mapping', 'reader'));
    expect(current).toEqual({
      name: 'shop',
      version: 2,
      mapping: parseMapping({ ...shop, event: 'Order Paid' }),
      updatedAt: '2026-03-08T00:00:00.000Z',
      createdBy: issued.operator.item.id,
    });
    const first = await body(await ask('GET /v1/sources/shop/mapping?version=1', 'reader'));
    expect(first).toMatchObject({ version: 1, mapping: { event: 'Order Completed' } });
    const { sources } = await body<InferLazy<typeof SourceList>>(await ask('GET /v1/sources', 'reader'));
    expect(sources.map(({ name }) => name)).toEqual([...PRESET_NAMES, 'shop'].sort());
  });

  test('is refused with the paths that are wrong', async () => {
    const answer = await apiFixture().ask('PUT /v1/sources/shop/mapping', 'operator', {
      ...shop,
      time: { column: 'when', zone: 'Mars/Olympus' },
      evnt: 'x',
    });
    expect(answer.status).toBe(400);
    const { code, detail } = await body<{ code: string; detail: string }>(answer);
    expect(code).toBe('mapping_invalid');
    expect(detail).toMatch(/time\.zone: is no IANA time zone/);
    expect(detail).toMatch(/evnt/);
  });

  test.each(['[]', 'null', '"moodle"', '{}'])('is refused when it is %s', async (text) => {
    const answer = await apiFixture().ask('PUT /v1/sources/shop/mapping', 'operator', text);
    expect(answer.status).toBe(400);
    expect(await body(answer)).toMatchObject({ code: 'mapping_invalid' });
  });

  test.each(['Shop', 'a_b', 'x'.repeat(64)])(
    'needs a name that can be part of a key, not %s',
    async (name) => {
      const answer = await apiFixture().ask(`PUT /v1/sources/${name}/mapping`, 'operator', shop);
      expect(answer.status).toBe(400);
      expect(await body(answer)).toMatchObject({ code: 'invalid_request' });
    },
  );

  test.each(['shop/mapping', 'moodle/mapping?version=1'])('%s is reported as missing', async (path) => {
    const answer = await apiFixture().ask(`GET /v1/sources/${path}`, 'reader');
    expect(answer.status).toBe(404);
    expect(await body(answer)).toMatchObject({ code: 'mapping_not_found' });
  });
});

describe('a preview', () => {
  const head = 'who,when,paid\nu_1,2026-03-08 09:30,199\nu_2,yesterday,9.9\n,2026-03-08 09:30,1\n';
  const preview = async (input: object, name = 'shop') =>
    apiFixture().ask(`POST /v1/sources/${name}/mapping/preview`, 'reader', { filename: 'a.csv', ...input });

  test('shows what would become of the first rows, and what the file was taken for', async () => {
    const answer = await preview({ head, mapping: shop });
    expect(answer.status).toBe(200);
    const { recognised, mapping, rows } = await body<PreviewBody>(answer);
    expect(recognised).toEqual({
      compression: 'none',
      encoding: 'utf-8',
      format: 'delimited',
      delimiter: ',',
      headerLine: 1,
      columns: ['who', 'when', 'paid'],
    });
    expect(mapping).toBe('given');
    expect(rows.map(({ line, outcomes }) => [line, outcomes[0]?.outcome])).toEqual([
      [2, 'accepted'],
      [3, 'refused'],
      [4, 'refused'],
    ]);
    expect(rows[0]).toMatchObject({
      input: { who: 'u_1', when: '2026-03-08 09:30', paid: '199' },
      outcomes: [{ type: 'track', call: { userId: 'u_1', timestamp: '2026-03-08T01:30:00.000Z' } }],
    });
    expect(rows[1]?.outcomes[0]).toMatchObject({ column: 'when' });
  });

  test('uses the mapping of the source when none is given', async () => {
    const { mapping, rows } = await body<PreviewBody>(
      await preview({ head: 'user_id,date,amount\nu_1,2026-03-08,9.90\n' }, 'orders'),
    );
    expect(mapping).toBe('orders@ready');
    expect(rows[0]?.outcomes[0]).toMatchObject({ outcome: 'accepted', call: { event: 'Order Completed' } });
  });

  test('takes the bytes of packed files', async () => {
    const packed = gzipSync(head).toString('base64');
    const { recognised, rows } = await body<PreviewBody>(
      await preview({ head: packed, headEncoding: 'base64', mapping: shop }),
    );
    expect(recognised.compression).toBe('gzip');
    expect(rows).toHaveLength(3);
  });

  test('needs no mapping for tracking calls, and refuses those that an import would refuse', async () => {
    const lines = [
      { type: 'track', userId: 'u_1', event: 'A' },
      { type: 'track', userId: 'u_1' },
    ];
    const { mapping, rows } = await body<PreviewBody>(
      await preview({ head: lines.map((line) => `${JSON.stringify(line)}\n`).join('') }),
    );
    expect(mapping).toBeUndefined();
    expect(rows.map(({ outcomes }) => outcomes[0])).toMatchObject([
      { outcome: 'accepted' },
      { outcome: 'refused', code: 'event_not_defined' },
    ]);
  });

  test.each([
    [{ head }, 'mapping_needed'],
    [{ head: 'a,b\n1,2\n', mapping: shop }, 'columns_missing'],
    [{ head: '\n', mapping: shop }, 'file_empty'],
    [{ head: '[{"a":1}]', mapping: shop }, 'json_not_lines'],
    [{ head, mapping: { ...shop, userId: 7 } }, 'mapping_invalid'],
    [{ head: '' }, 'invalid_request'],
    [{ head: 'x'.repeat(360_001) }, 'invalid_request'],
  ])('says what to do when it cannot be made: %#', async (input, code) => {
    const answer = await preview(input);
    expect(answer.status).toBe(400);
    expect(await body(answer)).toMatchObject({ code });
  });
});
