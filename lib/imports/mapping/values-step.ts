import { type CallStep, CellError } from './call-step.ts';
import { cellReader, InvalidCell } from './cell-value.ts';
import type { Columns, FoundColumn } from './columns.ts';
import type { Value } from './schema.ts';

/** Fills in a call's properties or traits. @throws ImportRefused when the file lacks a column */
export function compileValues(
  field: 'properties' | 'traits',
  values: Readonly<Record<string, Value>>,
  columns: Columns,
): CallStep {
  const constants: Record<string, unknown> = {};
  const readers: Array<
    FoundColumn & { key: string; read: (text: string) => unknown; currency?: string | undefined }
  > = [];
  for (const [key, value] of Object.entries(values)) {
    if ('value' in value) {
      constants[key] = value.value;
      continue;
    }
    const what = `${field}.${key}`;
    const found =
      value.optional === true ? columns.optional(value.column) : columns.required(value.column, what);
    if (found === undefined) continue;
    const currency = value.type === 'money' ? value.currency : undefined;
    readers.push({ ...found, key, read: cellReader(value), currency });
  }
  const anyConstant = Object.keys(constants).length > 0;
  return (row, call) => {
    const object: Record<string, unknown> = anyConstant ? { ...constants } : {};
    for (let i = 0; i < readers.length; i += 1) {
      const reader = readers[i]!;
      const text = reader.cell(row);
      if (text === '') continue;
      const value = reader.read(text);
      if (value instanceof InvalidCell) return new CellError(reader.name, value.code, value.message);
      object[reader.key] = value;
      if (reader.currency !== undefined) object['currency'] ??= reader.currency;
    }
    call[field] = object;
    return undefined;
  };
}
