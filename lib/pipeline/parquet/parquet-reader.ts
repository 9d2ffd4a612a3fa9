import { parquetMetadata, parquetRead } from 'hyparquet';

/** The columns of a Parquet file, whole: numbers with NaN for null, or texts. */
export interface ParquetReader {
  rows: number;
  /** whether there is a column of that name */
  has(name: string): boolean;
  /** @throws Error naming the column when there is none of that name */
  numbers(name: string): Promise<Float64Array>;
  texts(name: string): Promise<(string | null)[]>;
}

/** Opens a Parquet file that is in memory; columns are decoded when they are asked for. */
export function openParquet(body: Uint8Array): ParquetReader {
  const whole = body.buffer.byteLength === body.byteLength ? body.buffer : new Uint8Array(body).buffer;
  const file = whole as ArrayBuffer;
  const metadata = parquetMetadata(file);
  const rows = Number(metadata.num_rows);

  const has = (name: string): boolean => metadata.schema.some((element) => element.name === name);

  const read = async (name: string, put: (value: unknown, row: number) => void): Promise<void> => {
    if (!has(name)) {
      throw new Error(`Parquet file: there is no column "${name}"`);
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
    has,
    async numbers(name) {
      const column = new Float64Array(rows);
      await read(name, (value, row) => {
        column[row] = value === null || value === undefined ? Number.NaN : Number(value);
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
