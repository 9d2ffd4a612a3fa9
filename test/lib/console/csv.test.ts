import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { toCsv } from '#lib/console/charts/csv.ts';
import { getFormat } from '#lib/console/messages/language.ts';

const format = getFormat('zh', 'CNY', 'Asia/Shanghai');

test('a table comes back as it was: dates, counts, major units, shares, and blanks for what is not known', () => {
  const csv = toCsv(
    [
      { name: '日期', kind: 'day' },
      { name: '次数', kind: 'count' },
      { name: '净收入', kind: 'money' },
      { name: '留存率', kind: 'share' },
    ],
    [
      ['2026-11-21', 12, 19_990, 1 / 3],
      ['2026-11-22', 0, -50, null],
    ],
    format,
  );
  expect(parse(csv, { bom: true, columns: true })).toEqual([
    { 日期: '2026-11-21', 次数: '12', 净收入: '199.9', 留存率: '0.333333333333' },
    { 日期: '2026-11-22', 次数: '0', 净收入: '-0.5', 留存率: '' },
  ]);
});

test('quotes, commas and line breaks survive, and no text is a formula', () => {
  const cells = ['他说"好", 然后走了', '第一行\n第二行', '=HYPERLINK("http://evil.test")', '+1', '-2', '@x'];
  const csv = toCsv(
    [{ name: '文字', kind: 'text' }],
    cells.map((cell) => [cell]),
    format,
  );
  expect(parse(csv, { bom: true, from: 2 }).flat()).toEqual([
    cells[0],
    cells[1],
    ...cells.slice(2).map((cell) => `'${cell}`),
  ]);
});
