import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { detectFileFormat } from '#lib/imports/formats/file-format.ts';
import { formatHints, parseMapping } from '#lib/imports/mapping/schema.ts';
import { gb18030 } from '#test/lib/imports/table-files.ts';

const what = (text: string | Buffer, mapping?: object) =>
  detectFileFormat(Buffer.from(text), 'a.txt', formatHints(mapping && parseMapping(mapping)));

describe('a file is known by its content', () => {
  test('packed or not, whatever its name says', () => {
    const text = 'id,name\n1,a\n';
    expect(what(text)).toMatchObject({
      compression: 'none',
      delimiter: ',',
      headerLine: 1,
      columns: ['id', 'name'],
    });
    expect(what(gzipSync(text))).toMatchObject({ compression: 'gzip', columns: ['id', 'name'] });
  });

  test('a gzip head cut off anywhere, and one that unpacks to a thousand times its size', () => {
    const long = gzipSync(
      `id,name\n${Array.from({ length: 9_999 }, (_, i) => `${i},${i * 7919}\n`).join('')}`,
    );
    for (const length of [200, 1_000, long.length - 1]) {
      expect(what(long.subarray(0, length)).columns).toEqual(['id', 'name']);
    }
    expect(what(gzipSync(`id,name\n${'1,aaaaaaaaaaaaa\n'.repeat(1e6)}`)).delimiter).toBe(',');
  });

  test('UTF-8 with and without a mark, a character cut at the end of the head, GB18030, UTF-16', () => {
    const text = '编号,姓名\n1,张三\n2,李四';
    const utf8 = Buffer.from(text);
    for (const cut of [0, 1, 2, 3]) expect(what(utf8.subarray(0, utf8.length - cut)).encoding).toBe('utf-8');
    expect(what(`\ufeff${text}`)).toMatchObject({ encoding: 'utf-8', columns: ['编号', '姓名'] });
    const gb = gb18030(text);
    for (const cut of [0, 1]) {
      expect(what(gb.subarray(0, gb.length - cut))).toMatchObject({
        encoding: 'gb18030',
        columns: ['编号', '姓名'],
      });
    }
    expect(what(Buffer.from(`\ufeff${text}`, 'utf16le')).encoding).toBe('utf-16le');
  });

  test('one broken character does not make another encoding of a UTF-8 file', () => {
    const good = Buffer.from(`编号,姓名\n${'1,知识付费社群的成员\n'.repeat(50)}`);
    expect(what(Buffer.concat([good, Buffer.from([0x31, 0x2c, 0xe5, 0xbc, 0x0a]), good])).encoding).toBe(
      'utf-8',
    );
  });

  test.each([
    [',', 'a,b\n1;2|3,4\n1;2|3,4\n'],
    [';', 'a;b;c\n1,5;2,5;x\n1,5;2;y\n'],
    ['\t', 'a\tb c\n1\t2 3, 4\n5\t6\n'],
    ['|', 'a|b\n1, 2|3\n4|5\n'],
    [',', '"a","b"\n"1\n;;|","2;"\n"x","y"\n'],
    ['blank', ' a   b  c\n 00001 19970101  1\n 00002 19970112  1\n'],
  ])('the delimiter %j by consistency', (delimiter, text) => {
    expect(what(text).delimiter).toBe(delimiter);
  });

  test('NDJSON and XML rows', () => {
    expect(what('{"event":"A"}\n{"userId":"b"}\n')).toMatchObject({
      format: 'ndjson',
      columns: ['event', 'userId'],
    });
    expect(what('<?xml version="1.0"?>\n<posts>\n<row Id="1" />\n')).toMatchObject({
      format: 'xml-rows',
      columns: ['Id'],
    });
  });
});

describe('the header', () => {
  test('names that differ, and no numbers or times', () => {
    expect(what('id,name\n1,a\n').headerLine).toBe(1);
    expect(what('x1,2019-01-01\nx2,2019-01-02\n')).toMatchObject({ headerLine: 0, columns: ['1', '2'] });
    expect(what('a,a\nb,c\n').headerLine).toBe(0);
  });

  test('is found by the columns of the mapping, below a title too', () => {
    const mapping = { userId: ['uid', '用户ID'], time: { column: '时间' }, event: 'Signed Up' };
    const file = what('订单报表,,\n统计周期:本周,,\n用户Id,时间,2024\nu1,2024-01-01,x\n', mapping);
    expect(file).toMatchObject({ headerLine: 3, columns: ['用户Id', '时间', '2024'] });
  });

  test('can be given for a file without one, and is skipped if it is there all the same', () => {
    const mapping = { header: ['who', 'when'], userId: 'who', time: { column: 'when' }, event: 'Signed Up' };
    expect(what('u1,2024-01-01\n', mapping)).toMatchObject({ headerLine: 0, columns: ['who', 'when'] });
    expect(what('who,when\nu1,2024-01-01\n', mapping)).toMatchObject({
      headerLine: 1,
      columns: ['who', 'when'],
    });
    const plain = { ...mapping, header: false, userId: '1', time: { column: '2' } };
    expect(what('who,when\n', plain)).toMatchObject({ headerLine: 0, columns: ['1', '2'] });
  });
});

test.each([
  ['file_empty', '', /holds no row/],
  ['file_empty', ' \n\n', /holds no row/],
  ['not_text', 'PK\u0003\u0004\0\0', /save the sheet as CSV/],
  ['not_text', 'a\0b', /no text file/],
  ['gzip_broken', Buffer.from([0x1f, 0x8b, 9, 9, 9, 9]), /upload it again/],
  ['json_not_lines', '[{"a":1}]', /one object per line/],
  ['json_not_lines', '{\n "a": 1\n}', /one object per line/],
  ['encoding_unknown', Buffer.from('caf\u00e9,\u00fc\n1,\u00e9,\n', 'latin1'), /save it as UTF-8/],
])('%s: a file that cannot be read says what to do', (code, text, message) => {
  expect(() => what(text)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  );
});
