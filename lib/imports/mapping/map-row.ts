import { computeContentId } from '#lib/events/ids.ts';
import { accepted, dropped, type Outcome, rejected } from '#lib/events/outcome.ts';
import type { EventType } from '#lib/events/stored-event.ts';
import type { DetectedFormat } from '#lib/imports/formats/file-format.ts';
import type { Row } from '#lib/imports/formats/row.ts';
import { ImportError } from '#lib/imports/import-error.ts';
import { resolveColumns } from './columns.ts';
import { type CompiledCall, compileCall, compileConditions, type MappedCall } from './compile-call.ts';

import { expandCalls, type Mapping } from './schema.ts';

const DEFAULT_TIME_ZONE = 'Asia/Shanghai';

/** A mapping compiled for the columns of one file; stateless. */
export interface CompiledMapping {
  map: (row: Row) => Outcome<MappedCall>[];
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
    reason: [dropped(`skipped: ${JSON.stringify(condition)}`)],
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

const NO_CALL = [dropped('no call of the mapping is meant for this row')];

function mapCalls(calls: readonly CompiledCall[], row: Row): Outcome<MappedCall>[] {
  const mapped = calls.filter(({ applies }) => applies(row)).map(({ make }) => make(row));
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
      return [accepted({ type: (call['type'] ?? 'track') as EventType, call })];
    },
  };
}

/**
 * What a row becomes: one outcome per call it gives, at least one. What the row as a whole counts as,
 * `overallOutcome` says.
 */
export function mapRow(row: Row, compiled: CompiledMapping): Outcome<MappedCall>[] {
  if (row.error === undefined) return compiled.map(row);
  return [rejected(row.error.code, row.error.message)];
}
