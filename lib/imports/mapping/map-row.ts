import { computeContentId } from '#lib/events/ids.ts';
import type { EventType } from '#lib/events/stored-event.ts';
import type { DetectedFormat } from '#lib/imports/formats/file-format.ts';
import type { Row } from '#lib/imports/formats/row.ts';
import { ImportError } from '#lib/imports/import-error.ts';
import { resolveColumns } from './columns.ts';
import { CellError, type CompiledCall, compileCall, compileConditions } from './compile-call.ts';

import { expandCalls, type Mapping } from './schema.ts';

const DEFAULT_TIME_ZONE = 'Asia/Shanghai';

/** What became of a row, or of one of the calls it gives. */
export type CallOutcome =
  | {
      outcome: 'accepted';
      /** for `parseCall(call, type, context)` */
      type: EventType;
      /** a call of Segment's spec; without `messageId` if the row has none */
      call: Readonly<Record<string, unknown>>;
    }
  | { outcome: 'dropped'; reason: string }
  | { outcome: 'refused'; column: string | undefined; code: string; message: string };

/** A mapping compiled for the columns of one file; stateless. */
export interface CompiledMapping {
  map: (row: Row) => CallOutcome[];
  /** the cells that the mapping reads, as one text: what makes two rows equal */
  rowContent: (row: Row) => string;
}

/**
 * Compiles a mapping for a file, once.
 * @param mapping may be left out for NDJSON: then every line is a tracking call already
 * @param options.timeZone IANA zone of times that name no offset, where the mapping names no zone
 * @throws ImportRefused when the file lacks a column that the mapping needs, or a mapping is needed
 */
export function compileMapping(
  mapping: Mapping | undefined,
  recognised: DetectedFormat,
  { timeZone = DEFAULT_TIME_ZONE }: { timeZone?: string } = {},
): CompiledMapping {
  if (mapping === undefined) return compileTrackingCalls(recognised);
  const columns = resolveColumns(recognised);
  const skip = (mapping.skip ?? []).map((condition) => ({
    matches: compileConditions([condition], columns),
    reason: [{ outcome: 'dropped', reason: `skipped: ${JSON.stringify(condition)}` }] satisfies CallOutcome[],
  }));
  const calls = expandCalls(mapping).map((one) => compileCall(one, columns, timeZone));
  return {
    rowContent: columns.rowContent(),
    map: (row) => {
      for (const { matches, reason } of skip) if (matches(row)) return reason;
      return mapCalls(calls, row);
    },
  };
}

const NO_CALL: CallOutcome[] = [
  { outcome: 'dropped', reason: 'no call of the mapping is meant for this row' },
];

function mapCalls(calls: readonly CompiledCall[], row: Row): CallOutcome[] {
  const mapped: CallOutcome[] = [];
  for (const { type, applies, make } of calls) {
    if (!applies(row)) continue;
    const made = make(row);
    if (made instanceof CellError) {
      mapped.push({ outcome: 'refused', column: made.column, code: made.code, message: made.message });
    } else if (typeof made === 'string') mapped.push({ outcome: 'dropped', reason: made });
    else mapped.push({ outcome: 'accepted', type, call: made });
  }
  return mapped.length === 0 ? NO_CALL : mapped;
}

/** NDJSON of tracking calls: nothing to map, `parseCall` checks them like those that come through the API. */
function compileTrackingCalls({ format, columns }: DetectedFormat): CompiledMapping {
  if (format !== 'ndjson') {
    throw new ImportError(
      'mapping_needed',
      `only NDJSON of tracking calls can be imported without a mapping; the columns of this file are: ${columns.join(', ')}`,
    );
  }
  return {
    rowContent: ({ object }) => computeContentId(object ?? {}),
    map: ({ object }) => {
      // Skew is what a clock was off when a call was sent; here it would move all history to the day of the import.
      const call = object?.['sentAt'] === undefined ? (object ?? {}) : { ...object, sentAt: undefined };
      return [{ outcome: 'accepted', type: (call['type'] ?? 'track') as EventType, call }];
    },
  };
}

/**
 * What a row becomes: one outcome per call it gives, at least one. A row counts as accepted if any of its calls is
 * accepted, else as refused if any is refused, else as dropped.
 */
export function mapRow(row: Row, compiled: CompiledMapping): CallOutcome[] {
  if (row.error === undefined) return compiled.map(row);
  return [{ outcome: 'refused', column: undefined, code: row.error.code, message: row.error.message }];
}
