import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';

/** One column: INT32 for counts, INT64 for money in minor units, DOUBLE for shares. Only a nullable one may hold null. */
export interface ParquetColumn<Name extends string = string> {
  name: Name;
  type: 'INT32' | 'INT64' | 'DOUBLE' | 'STRING';
  nullable?: true;
}

type Cell = string | number | null;

const ROWS_PER_GROUP = 10_000;

/** A Parquet file being written, row by row. */
export interface ParquetFileWriter<Row> {
  /** @throws RangeError naming the column when a value does not fit it */
  add(row: Row): void;
  /** the whole file; nothing may be added after */
  finish(): Uint8Array;
}

/**
 * A Parquet file (data pages 2.0, Snappy, UTF-8 strings) as Athena, DuckDB and pandas read it. Rows are encoded and
 * compressed in groups of 10,000, so memory holds one group and the compressed bytes so far. NaN is written as null.
 */
export function parquetFileWriter<Row extends { [name in keyof Row]: Cell }>(
  columns: readonly ParquetColumn<keyof Row & string>[],
): ParquetFileWriter<Row> {
  const writer = new ByteWriter();
  const declared = columns.map(({ name, type, nullable = false }) => ({ name, type, nullable, data: [] }));
  const parquet = new ParquetWriter({ writer, schema: schemaFromColumnData({ columnData: declared }) });
  const group: Cell[][] = columns.map(() => []);

  const writeGroup = (): void => {
    const columnData = columns.map(({ name, type }, i) => ({ name, data: encodeCells(type, group[i]!) }));
    parquet.write({ columnData, rowGroupSize: ROWS_PER_GROUP });
    for (const cells of group) cells.length = 0;
  };

  return {
    add(row) {
      for (let i = 0; i < columns.length; i += 1) {
        const column = columns[i]!;
        group[i]!.push(checkCell(column, row[column.name]));
      }
      if (group[0]!.length === ROWS_PER_GROUP) writeGroup();
    },
    finish() {
      if (group[0]!.length > 0) writeGroup();
      parquet.finish();
      const bytes = writer.getBytes();
      return parquet.num_rows === 0n ? withListOfStructs(bytes) : bytes;
    },
  };
}

function checkCell({ name, type, nullable }: ParquetColumn, cell: Cell | undefined): Cell {
  if (cell === null || cell === undefined || Number.isNaN(cell)) {
    if (nullable) return null;
  } else if (typeof cell === 'string') {
    if (type === 'STRING') return cell;
  } else if (type === 'DOUBLE') {
    if (Number.isFinite(cell)) return cell;
  } else if (type === 'INT32') {
    if ((cell | 0) === cell) return cell;
  } else if (type === 'INT64' && Number.isSafeInteger(cell)) return cell;
  throw new RangeError(`Parquet column ${name}: ${cell} does not fit ${type}`);
}

const encodeCells = (type: ParquetColumn['type'], cells: readonly Cell[]) =>
  type === 'INT64' ? cells.map((cell) => (cell === null ? null : BigInt(cell))) : cells.slice();

// In the footer of a file without row groups: a list field, its empty list, and the field after the next.
const UNTYPED_LIST = Uint8Array.of(0x19, 0x00, 0x28);
const LIST_OF_STRUCTS = 0x0c;

/** The library writes an empty list of row groups without a type, which strict readers (arrow-rs) refuse. */
function withListOfStructs(file: Uint8Array): Uint8Array {
  const at = Buffer.from(file.buffer, file.byteOffset, file.byteLength).lastIndexOf(UNTYPED_LIST);
  if (at >= 0) file[at + 1] = LIST_OF_STRUCTS;
  return file;
}
