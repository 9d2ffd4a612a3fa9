/** Rows of the same width in blocks, row after row: a table of any size without one array that holds it all. */
export interface RowBlocks {
  width: number;
  blocks: readonly Float64Array[];
  /** how much each row counts, in the order of the rows; 1 each where there are none */
  weights?: Float64Array;
}

/** How many rows there are. */
export const countRows = ({ width, blocks }: RowBlocks): number =>
  blocks.reduce((sum, block) => sum + block.length / width, 0);
