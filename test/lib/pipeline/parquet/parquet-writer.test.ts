import { tableFromIPC } from 'apache-arrow';
import { readParquet } from 'parquet-wasm';
import { expect, test } from 'vitest';
import { openParquet } from '#lib/pipeline/parquet/parquet-reader.ts';
import { type ParquetColumn, parquetFileWriter } from '#lib/pipeline/parquet/parquet-writer.ts';

interface Row {
  id: string;
  name: string | null;
  count: number;
  money: number;
  share: number;
  mean: number | null;
}
const COLUMNS: ParquetColumn<keyof Row>[] = [
  { name: 'id', type: 'STRING' },
  { name: 'name', type: 'STRING', nullable: true },
  { name: 'count', type: 'INT32' },
  { name: 'money', type: 'INT64' },
  { name: 'share', type: 'DOUBLE' },
  { name: 'mean', type: 'DOUBLE', nullable: true },
];
const row = (fields: Partial<Row>): Row => ({
  ...{ id: 'm', name: null, count: 0, money: 0, share: 0, mean: null },
  ...fields,
});
const buildFile = (rows: readonly Row[]): Uint8Array => {
  const file = parquetFileWriter<Row>(COLUMNS);
  for (const one of rows) file.add(one);
  return file.finish();
};

const openFile = <Name extends string>(
  body: Uint8Array,
  columns: readonly ParquetColumn<Name>[] = COLUMNS as readonly ParquetColumn[] as readonly ParquetColumn<Name>[],
) => openParquet({ key: 'part.parquet', body, columns, todo: 'Make it again.' });

const ROWS = [
  row({ id: '会员-1', name: '小明 😀', count: 7, money: 9_007_199_254_740_991, share: 1 / 3, mean: 4.5 }),
  row({ id: 'm2', name: '', count: -2_147_483_648, money: -(2 ** 40), mean: Number.NaN }),
  row({ id: 'm3', count: 2_147_483_647 }),
];

test('another reader sees the types and every value, nulls and large money included', () => {
  const table = tableFromIPC(readParquet(buildFile(ROWS)).intoIPCStream());
  expect(table.schema.fields.map(({ name, type, nullable }) => [name, String(type), nullable])).toEqual([
    ['id', 'Utf8', false],
    ['name', 'Utf8', true],
    ['count', 'Int32', false],
    ['money', 'Int64', false],
    ['share', 'Float64', false],
    ['mean', 'Float64', true],
  ]);
  expect(table.toArray().map((read) => ({ ...read.toJSON() }))).toEqual(
    ROWS.map((written) => ({
      ...written,
      money: BigInt(written.money),
      mean: Number.isNaN(written.mean) ? null : written.mean,
    })),
  );
});

test('rows over many groups come back in order, from another reader and from ours', async () => {
  const rows = Array.from({ length: 25_001 }, (_, i) =>
    row({
      id: `m${i}`,
      name: i % 3 === 0 ? null : `n${i % 50}`,
      count: i,
      money: i * 100,
      mean: i % 2 ? i : null,
    }),
  );
  const body = buildFile(rows);
  const table = tableFromIPC(readParquet(body).intoIPCStream());
  expect(table.numRows).toBe(25_001);
  expect(Array.from(table.getChild('id') ?? [])).toEqual(rows.map(({ id }) => id));
  const columns = openFile(body);
  expect(columns.rows).toBe(25_001);
  expect(await columns.texts('id')).toEqual(rows.map(({ id }) => id));
  expect(await columns.texts('name')).toEqual(rows.map(({ name }) => name));
  expect([...(await columns.numbers('money'))]).toEqual(rows.map(({ money }) => money));
  expect([...(await columns.numbers('mean'))]).toEqual(rows.map(({ mean }) => mean ?? Number.NaN));
});

test('a file without rows still has its columns', async () => {
  const table = tableFromIPC(readParquet(buildFile([])).intoIPCStream());
  expect([table.numRows, table.schema.fields.length]).toEqual([0, 6]);
  expect(await openFile(buildFile([])).numbers('count')).toEqual(new Float64Array(0));
});

test('a value that does not fit its column is refused by name, not bent', () => {
  const refused = (fields: Record<string, unknown>) => () => buildFile([row(fields as Partial<Row>)]);
  expect(refused({ count: 2 ** 31 })).toThrow('Parquet column count: 2147483648 does not fit INT32');
  expect(refused({ count: 0.5 })).toThrow(/count/);
  expect(refused({ count: null })).toThrow(/count/);
  expect(refused({ money: 2 ** 60 })).toThrow(/money/);
  expect(refused({ share: Number.NaN })).toThrow(/share/);
  expect(refused({ share: Number.POSITIVE_INFINITY })).toThrow(/share/);
  expect(refused({ id: 5 })).toThrow(/id/);
  expect(refused({ id: undefined })).toThrow(/id/);
});

test('asking for a column that is not there says which', async () => {
  const columns = [...COLUMNS, { name: 'posts30', type: 'INT32' } as const];
  await expect(openFile(buildFile(ROWS), columns).numbers('posts30')).rejects.toThrow(
    'part.parquet has no column "posts30". Make it again.',
  );
});

test('a nullable column that a file from before it came lacks is null of everybody', async () => {
  const columns = [
    ...COLUMNS,
    { name: 'nights', type: 'DOUBLE', nullable: true } as const,
    { name: 'city', type: 'STRING', nullable: true } as const,
  ];
  const file = openFile(buildFile(ROWS), columns);
  expect([...(await file.numbers('nights'))]).toEqual(ROWS.map(() => Number.NaN));
  expect(await file.texts('city')).toEqual(ROWS.map(() => null));
  expect(await file.texts('id')).toEqual(ROWS.map(({ id }) => id));
});
