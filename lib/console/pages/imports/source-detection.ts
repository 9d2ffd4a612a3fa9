import { detectFileFormat } from '#lib/imports/formats/file-format.ts';
import { ImportError } from '#lib/imports/import-error.ts';
import { checkedPreview, type Preview } from '#lib/imports/mapping/preview.ts';

import type { Mapping } from '#lib/imports/mapping/schema.ts';
import type { Sources } from '#lib/imports/presets/sources-table.ts';

/** The beginning of a file, as the browser sent it. */
export interface FileHead {
  filename: string;
  bytes: Uint8Array;
}

export type MappingTrial = { preview: Preview; error?: undefined } | { preview?: undefined; error: string };

/** What a mapping makes of a file's first rows, or why it cannot. */
export function tryMapping(
  { filename, bytes }: FileHead,
  mapping: Mapping | undefined,
  context: { timeZone: string; now: number },
): MappingTrial {
  try {
    return { preview: checkedPreview(bytes, filename, mapping, context) };
  } catch (error) {
    if (error instanceof ImportError) return { error: error.message };
    throw error;
  }
}

/** What a file is without any mapping, or why it cannot be read at all. */
export function detectFormat({ filename, bytes }: FileHead): {
  columns: string[];
  isCalls: boolean;
  error?: string;
} {
  try {
    const { columns, format } = detectFileFormat(bytes, filename);
    return { columns, isCalls: format === 'ndjson' && areFieldsOfCalls(columns) };
  } catch (error) {
    if (error instanceof ImportError) return { columns: [], isCalls: false, error: error.message };
    throw error;
  }
}

/** Lines of tracking calls need no mapping. */
const areFieldsOfCalls = (columns: readonly string[]): boolean =>
  (columns.includes('userId') || columns.includes('anonymousId')) &&
  (columns.includes('event') || columns.includes('type'));

/** The source whose mapping accepts most of a file's first rows; undefined when none accepts half of them. */
export async function detectSource(
  head: FileHead,
  sources: Sources,
  names: readonly string[],
  context: { timeZone: string; now: number },
): Promise<string | undefined> {
  let [best, most] = [undefined as string | undefined, 0];
  for (const name of names) {
    const found = await sources.mapping(name);
    const { preview } =
      found === undefined ? { preview: undefined } : tryMapping(head, found.mapping, context);
    if (preview === undefined || preview.rows.length === 0) continue;
    const fit = preview.rows.filter(({ outcomes }) =>
      outcomes.some(({ outcome }) => outcome === 'accepted'),
    ).length;
    if (fit > most && fit * 2 >= preview.rows.length) [best, most] = [name, fit];
  }
  return best;
}
