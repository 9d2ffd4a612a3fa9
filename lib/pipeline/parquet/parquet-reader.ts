import { parquetMetadata, parquetRead } from 'hyparquet';
import type { ParquetColumn } from './parquet-writer.ts';

/** The columns of a Parquet file, whole: numbers with NaN for null, or texts. */
export interface ParquetReader<Name extends string = string> {
  rows: number;
  /** @throws Error naming the object and the column when one is missing that every release writes */
  numbers(name: Name): Promise<Float64Array>;
  texts(name: Name): Promise<(string | null)[]>;
}

/** A Parquet file in memory, and what it should be. */
interface ParquetFile<Name extends string> {
  /** what to call it in errors */
  key: string;
  body: Uint8Array;
  /**
   * as today's release writes it. A column that a release adds is nullable: a file from before lacks it, and reads as if it
   * were null of everybody
   */
  columns: readonly ParquetColumn<Name>[];
  /** what is to be done about a file that lacks another column */
  todo: string;
}

/** Opens a Parquet file; columns are decoded when they are asked for. */
export function openParquet<Name extends string>({
  key,
  body,
  columns,
  todo,
}: ParquetFile<Name>): ParquetReader<Name> {
  const whole = body.buffer.byteLength === body.byteLength ? body.buffer : new Uint8Array(body).buffer;
  const file = whole as ArrayBuffer;
  const metadata = parquetMetadata(file);
  const rows = Number(metadata.num_rows);
  const written = new Set(metadata.schema.map(({ name }) => name));
  const nullable = new Set<string>(columns.filter((one) => one.nullable).map(({ name }) => name));

  const read = async (name: Name, put: (value: unknown, row: number) => void): Promise<void> => {
    if (!written.has(name)) {
      if (nullable.has(name)) return;
      throw new Error(`${key} has no column "${name}". ${todo}`);
    }
    await parquetRead({
      file,
      metadata,
      columns: [name],
      onChunk: ({ columnData, rowStart }) => {
        for (let i = 0; i < columnData.length; i += 1) put(columnData[i], rowStart + i);
      },
    });
  };

  return {
    rows,
    async numbers(name) {
      const column = new Float64Array(rows).fill(Number.NaN);
      await read(name, (value, row) => {
        if (value !== null && value !== undefined) column[row] = Number(value);
      });
      return column;
    },
    async texts(name) {
      const column = new Array<string | null>(rows).fill(null);
      await read(name, (value, row) => {
        if (typeof value === 'string') column[row] = value;
      });
      return column;
    },
  };
}
