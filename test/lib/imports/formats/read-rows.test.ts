import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DetectedFormat, detectFileFormat } from '#lib/imports/formats/file-format.ts';
import { readRows } from '#lib/imports/formats/read-rows.ts';
import type { Row } from '#lib/imports/formats/row.ts';
import { MAX_ROW_CHARS } from '#lib/imports/formats/row-splitter.ts';
import { ImportError } from '#lib/imports/import-error.ts';
import { formatHints, parseMapping } from '#lib/imports/mapping/schema.ts';
import { pieces, quoted, readAllRows, tableFile } from '#test/lib/imports/table-files.ts';

const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });

const plainCsv = (width: number): DetectedFormat => ({
  compression: 'none',
  encoding: 'utf-8',
  newline: '\n',
  format: 'delimited',
  delimiter: ',',
  headerLine: 0,
  columns: Array.from({ length: width }, (_, i) => String(i + 1)),
});

const lineAndCells = ({ line, cells }: Row) => ({ line, cells });
const shortened = (rows: readonly Row[]) => rows.map((row) => row.error?.code ?? row.cells[0]?.slice(0, 3));

const mapping = parseMapping({ userId: '编号', time: { column: 'name' }, event: 'Post Created' });

test('any table, written in any of the shapes, is recognised and read back with its line numbers', async () => {
  await fc.assert(
    fc.asyncProperty(tableFile, cuts, async (file, cuts) => {
      const recognised = detectFileFormat(file.bytes, 'table', formatHints(mapping));
      expect(recognised).toMatchObject({ delimiter: file.delimiter, headerLine: 1 });
      const rows = await readAllRows(file.bytes, { cuts, recognised });
      expect(rows.every(({ error }) => error === undefined)).toBe(true);
      expect(rows.map(lineAndCells)).toEqual(file.rows);
    }),
    { numRuns: 500 },
  );
});

test('any text is cut into the same rows however it arrives', async () => {
  const text = fc.string({ unit: fc.constantFrom('"', '"', ',', '\n', '\r', 'a', ' '), maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 3 }), cuts, async (text, width, cuts) => {
      const recognised = plainCsv(width);
      const bytes = Buffer.from(text);
      expect(await readAllRows(bytes, { cuts, recognised })).toEqual(
        await readAllRows(bytes, { recognised }),
      );
    }),
    { numRuns: 1_000 },
  );
});

describe('one bad line never costs its neighbours', () => {
  const bad = [
    '7,"never closed,x',
    '7,"closed" too early,x',
    '7,only two',
    '7,one,too,many',
    `7,${'x'.repeat(MAX_ROW_CHARS)},x`,
  ];
  test.each(bad.map((line) => [line.slice(0, 30), line]))('%s', async (_name, line) => {
    const good = Array.from({ length: 30 }, (_, i) => [
      String(i),
      i % 3 ? `text ${i}` : `two\nlines, "${i}"`,
      'y',
    ]);
    for (const place of [0, 1, 14, 29, 30]) {
      const written = good.map((cells) => cells.map((cell) => quoted(cell, ',', false)).join(','));
      const bytes = Buffer.from(written.toSpliced(place, 0, line).join('\r\n'));
      const rows = await readAllRows(bytes, { recognised: plainCsv(3), cuts: [0.1, 0.5, 0.51, 0.9] });
      expect(rows.flatMap(({ error, cells }) => (error === undefined ? [cells] : []))).toEqual(good);
      expect(rows.filter(({ error }) => error !== undefined)).toHaveLength(1);
      expect(rows[place]?.error?.message).toMatch(/\w/);
    }
  });

  test('a broken JSON line, or one that is no object', async () => {
    const rows = await readAllRows(Buffer.from('{"a":1}\n{"a":\n[1]\n\n{"a":2}'));
    expect(rows.map(({ line, object, error }) => [line, object ?? error?.code])).toEqual([
      [1, { a: 1 }],
      [2, 'json_invalid'],
      [3, 'json_invalid'],
      [5, { a: 2 }],
    ]);
  });

  test('a broken XML row', async () => {
    const xml =
      '\ufeff<?xml version="1.0"?>\n<posts>\n <row A="1" B="&lt;p&gt;&#xA;&amp;"/>\n <row A="2\n <row A=\'3\' />\n</posts>\n';
    const rows = await readAllRows(Buffer.from(xml));
    expect(rows.map(({ line, object, error }) => [line, object ?? error?.code])).toEqual([
      [3, { A: '1', B: '<p>\n&' }],
      [4, 'xml_invalid'],
      [5, { A: '3' }],
    ]);
  });
});

test('a line that is too long is refused once, wherever the pieces are cut', async () => {
  for (const length of [MAX_ROW_CHARS, MAX_ROW_CHARS + 1, 3 * MAX_ROW_CHARS]) {
    const bytes = Buffer.from(`abc\n${'x'.repeat(length)}\ndef\n"${'y'.repeat(length)}\nghi`);
    const wanted = ['abc', length > MAX_ROW_CHARS ? 'line_too_long' : 'xxx', 'def'];
    for (const cuts of [[], [0.1, 0.2, 0.3], [0.49, 0.5, 0.51, 0.99]]) {
      const rows = shortened(await readAllRows(bytes, { cuts, recognised: plainCsv(1) }));
      expect(rows).toEqual([...wanted, 'line_too_long', 'ghi']);
    }
  }
});

test('blank-separated rows: runs of blanks, leading blanks, quoted names', async () => {
  const text = ' id  name      total\r\n 0001   "Ann B."   1.50\r\n  0002 Bob\t2.00 \r\n';
  const rows = await readAllRows(Buffer.from(text));
  expect(rows.map(lineAndCells)).toEqual([
    { line: 2, cells: ['0001', 'Ann B.', '1.50'] },
    { line: 3, cells: ['0002', 'Bob', '2.00'] },
  ]);
});

test('old Mac line ends, and UTF-16 as Excel writes it', async () => {
  expect((await readAllRows(Buffer.from('id,name\r1,a\r2,b\r'))).map(({ cells }) => cells)).toEqual([
    ['1', 'a'],
    ['2', 'b'],
  ]);
  const utf16 = Buffer.from('\ufeffid\tname\r\n1\t张三\r\n', 'utf16le');
  expect((await readAllRows(utf16)).map(({ cells }) => cells)).toEqual([['1', '张三']]);
});

test('gzip data that end early deliver the rows before, then say what is wrong', async () => {
  const text = Array.from({ length: 50_000 }, (_, i) => `${i},${Math.imul(i, 2654435761) >>> 0}`).join('\n');
  const packed = gzipSync(`id,value\n${text}`);
  const seen: Row[] = [];
  const reading = (async () => {
    const cut = packed.subarray(0, packed.length >> 1);
    for await (const { rows } of readRows(pieces(cut), detectFileFormat(cut, 'f'))) seen.push(...rows);
  })();
  await expect(reading).rejects.toThrow(ImportError);
  await expect(reading).rejects.toThrow(/upload the file again/);
  expect(seen.length).toBeGreaterThan(10_000);
});

test('an error of the source comes through as it is', async () => {
  const failing = async function* (): AsyncGenerator<Uint8Array> {
    yield gzipSync('id,value\n1,2\n').subarray(0, 15);
    throw new TypeError('the network is gone');
  };
  const recognised = { ...plainCsv(2), compression: 'gzip' } as const;
  const reading = (async () => {
    for await (const _ of readRows(failing(), recognised));
  })();
  await expect(reading).rejects.toThrow('the network is gone');
});

test('a slow reader holds the source back, and one that leaves closes it', async () => {
  for (const compression of ['none', 'gzip'] as const) {
    let [given, closed] = [0, false];
    const part = Buffer.from(`${'1,2\n'.repeat(16_384)}`);
    const chunk = compression === 'gzip' ? gzipSync(part, { level: 0 }) : part;
    const source = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          given += 1;
          yield chunk;
        }
      } finally {
        closed = true;
      }
    };
    let batches = 0;
    for await (const { rows, bytesRead } of readRows(source(), { ...plainCsv(2), compression })) {
      expect(rows.length).toBeLessThanOrEqual(500);
      expect(bytesRead).toBe(given * chunk.byteLength);
      batches += 1;
      if (batches === 200) break;
    }
    expect(given).toBeLessThan(16); // 200 batches are 6 chunks
    expect(closed).toBe(true);
  }
});
