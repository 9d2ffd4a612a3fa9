import { ImportError } from '#lib/imports/import-error.ts';

export type Encoding = 'utf-8' | 'gb18030' | 'utf-16le';

const BOMS: ReadonlyArray<readonly [Encoding, readonly number[]]> = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
];
// A big file may have a broken character somewhere; a wrong encoding breaks nearly all of them.
const MAX_BROKEN_SHARE = 0.01;

/**
 * The encoding of a text by its first bytes: by its byte order mark, else UTF-8 if it can be, else GB18030. A
 * character cut off at the end is no fault.
 * @throws ImportRefused when it is neither, or no text at all
 */
export function detectEncoding(head: Uint8Array): Encoding {
  const marked = BOMS.find(([, bom]) => bom.every((byte, i) => head[i] === byte));
  const found = marked?.[0] ?? (['utf-8', 'gb18030'] as const).find((encoding) => decodes(head, encoding));
  if (head.includes(0) && found !== 'utf-16le') throw notTextError(head);
  if (found === undefined) {
    throw new ImportError(
      'encoding_unknown',
      'the text is neither UTF-8 nor GB18030; save it as UTF-8 (in Excel: "CSV UTF-8")',
    );
  }
  return found;
}

function decodes(head: Uint8Array, encoding: Encoding): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return mostlyDecodes(head, encoding);
  }
}

function mostlyDecodes(head: Uint8Array, encoding: Encoding): boolean {
  const text = new TextDecoder(encoding).decode(head, { stream: true });
  let [broken, foreign] = [0, 0];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    foreign += 1;
    if (code === 0xfffd) broken += 1;
  }
  return broken <= foreign * MAX_BROKEN_SHARE;
}

function notTextError(head: Uint8Array): ImportError {
  const zipped = head[0] === 0x50 && head[1] === 0x4b;
  return new ImportError(
    'not_text',
    zipped
      ? 'this is a ZIP file or an Excel workbook (.xlsx); save the sheet as CSV, or unpack it, and import that'
      : 'this is no text file; CSV, TSV, blank-separated text, NDJSON and XML rows can be imported, plain or gzipped',
  );
}
