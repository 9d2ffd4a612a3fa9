import type { Row } from '#lib/imports/formats/row.ts';

/** Why a row gives no call: the column and what is wrong with its cell. */
export class CellError {
  readonly column: string;
  readonly code: string;
  readonly message: string;

  constructor(column: string, code: string, message: string) {
    this.column = column;
    this.code = code;
    this.message = message;
  }
}

export type Call = Record<string, unknown>;

/** Fills in one part of a call; gives a refusal, or why the row is dropped (a string), if it cannot. */
export type CallStep = (row: Row, call: Call) => CellError | string | undefined;
