import { type IngestContext, parseCall, RejectedEvent } from '#lib/events/parse-call.ts';
import { HEAD_BYTES } from '#lib/imports/formats/file-format.ts';
import type { CallOutcome } from './map-row.ts';
import { type Preview, previewRows } from './preview.ts';
import type { Mapping } from './schema.ts';

/**
 * What an import would make of a file's first rows: as `previewRows`, and each call is checked as the import will.
 * @param head the file's first bytes; of more than `HEAD_BYTES` the rest is not looked at
 * @param now milliseconds since 1970
 * @throws ImportRefused
 */
export function checkedPreview(
  head: Uint8Array,
  filename: string,
  mapping: Mapping | undefined,
  { timeZone, now }: { timeZone: string; now: number },
): Preview {
  const reception: IngestContext = {
    receivedAt: now,
    receivedIso: new Date(now).toISOString(),
    expiresAt: 0,
    randomId: () => 'none',
  };
  const preview = previewRows(head.subarray(0, HEAD_BYTES), filename, mapping, { timeZone });
  const rows = preview.rows.map((row) => ({
    ...row,
    outcomes: row.outcomes.map((mapped) => checkCall(mapped, reception)),
  }));
  return { ...preview, rows };
}

function checkCall(mapped: CallOutcome, reception: IngestContext): CallOutcome {
  if (mapped.outcome !== 'accepted') return mapped;
  try {
    parseCall(mapped.call, mapped.type, reception);
    return mapped;
  } catch (error) {
    if (!(error instanceof RejectedEvent)) throw error;
    return { outcome: 'refused', column: undefined, code: error.code, message: error.message };
  }
}
