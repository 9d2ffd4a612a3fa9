import type { Format } from '#lib/console/messages/format.ts';
import type { Draw } from './draw.ts';

/** How a column's numbers are written. `money` is in minor units. */
export type ColumnKind = 'text' | 'day' | 'month' | 'count' | 'money' | 'share' | 'decimal';

export interface Column {
  name: string;
  kind: ColumnKind;
}

export type Cell = string | number | null;

/** A chart and the numbers behind it: what is drawn can be read as a table and taken away as CSV. */
export interface Chart {
  /** in addresses: small letters and hyphens */
  id: string;
  title: string;
  /** how it is computed */
  caption: string;
  columns: Column[];
  rows: Cell[][];
  /** draws it; without one the table is all there is. Rows and the chart's categories are in the same order */
  draw?: Draw;
  legend?: LegendEntry[];
  /** something beside it, e.g. that the last bar is not over */
  note?: string | undefined;
  /** the first column is a date one can pick a range of */
  ranged?: boolean;
}

export interface LegendEntry {
  name: string;
  /** a class of the style sheet, `s1` … `s8`, or `past` */
  series: string;
  value?: string;
}

/** One cell as people read it. */
export function formatCell(cell: Cell, kind: ColumnKind, format: Format): string {
  if (cell === null) return '–';
  if (typeof cell === 'string') return kind === 'month' ? format.month(cell) : cell;
  if (kind === 'money') return format.money(cell);
  if (kind === 'share') return format.share(cell);
  return kind === 'decimal' ? format.decimal(cell) : format.count(cell);
}
