/** Codes of rows that cannot be read as rows at all. */
export type RowErrorCode =
  | 'columns_wrong'
  | 'quote_broken'
  | 'line_too_long'
  | 'json_invalid'
  | 'xml_invalid';

export interface RowError {
  code: RowErrorCode;
  message: string;
}

/**
 * One row of a file. Every row has the same shape, whatever its format: that keeps the code behind it fast.
 * A quoted cell may hold line breaks, so a row can be several lines; it is counted and named by its first.
 */
export interface Row {
  /** 1-based line in the unpacked file */
  line: number;
  /** cells of a delimited row; empty for the other formats */
  cells: readonly string[];
  /** the JSON object of an NDJSON line, or the attributes of an XML row */
  object: Readonly<Record<string, unknown>> | undefined;
  /** why this row could not be read; its neighbours are not touched by it */
  error: RowError | undefined;
}

/** Some rows that follow each other, and how many bytes of the source (still packed) were taken in so far. */
export interface RowBatch {
  rows: Row[];
  bytesRead: number;
}

export const cellsRow = (line: number, cells: readonly string[]): Row => ({
  line,
  cells,
  object: undefined,
  error: undefined,
});

const NO_CELLS: readonly string[] = [];

export const objectRow = (line: number, object: Readonly<Record<string, unknown>>): Row => ({
  line,
  cells: NO_CELLS,
  object,
  error: undefined,
});

export const invalidRow = (line: number, refusal: RowError): Row => ({
  line,
  cells: NO_CELLS,
  object: undefined,
  error: refusal,
});
