import { type IngestContext, parseCall, RejectedEvent } from '#lib/events/parse-call.ts';
import type { StoredEvent } from '#lib/events/stored-event.ts';
import type { Row } from '#lib/imports/formats/row.ts';
import { type CallOutcome, type CompiledMapping, mapRow } from '#lib/imports/mapping/map-row.ts';
import type { RowIds } from './row-ids.ts';

/** A line of `rejected/<importId>.ndjson`. */
export interface RejectedLine {
  line: number;
  column?: string;
  code: string;
  message: string;
}

/** What became of one row. */
export interface RowOutcome {
  line: number;
  /** accepted if any call was, else refused if any was, else dropped */
  outcome: 'accepted' | 'dropped' | 'refused';
  events: StoredEvent[];
  /** also of an accepted row, if only some of its calls could be made */
  refusals: RejectedLine[];
}

/**
 * From a row to the events to store. Rows must come in the order of the file: the ids of rows without one depend on
 * it.
 */
export function rowOutcome(
  row: Row,
  compiled: CompiledMapping,
  ids: RowIds,
  reception: IngestContext,
): RowOutcome {
  const result: RowOutcome = { line: row.line, outcome: 'dropped', events: [], refusals: [] };
  let rowId: string | undefined;
  for (const [index, mapped] of mapRow(row, compiled).entries()) {
    if (mapped.outcome === 'dropped') continue;
    if (mapped.outcome === 'refused') {
      result.refusals.push(toRejectedLine(row.line, mapped));
      continue;
    }
    try {
      let { call } = mapped;
      if (!isUsable(call['messageId'])) {
        rowId ??= ids.next(compiled.rowContent(row));
        call = { ...call, messageId: index === 0 ? rowId : `${rowId}.${index}` };
      }
      result.events.push(parseCall(call, mapped.type, reception).stored);
    } catch (error) {
      result.refusals.push(toRejectedLine(row.line, toRejected(error)));
    }
  }
  if (result.events.length > 0) result.outcome = 'accepted';
  else if (result.refusals.length > 0) result.outcome = 'refused';
  return result;
}

const isUsable = (messageId: unknown): boolean =>
  typeof messageId === 'string' && messageId !== '' && messageId.length <= 100 && messageId.isWellFormed();

type RejectedCall = Extract<CallOutcome, { outcome: 'refused' }>;

function toRejected(error: unknown): RejectedCall {
  // Hashing gives up on very deep objects, which JSON.parse still reads.
  if (error instanceof RangeError) {
    return {
      outcome: 'refused',
      column: undefined,
      code: 'event_too_large',
      message: 'the event is nested too deeply',
    };
  }
  if (!(error instanceof RejectedEvent)) throw error;
  return { outcome: 'refused', column: undefined, code: error.code, message: error.message };
}

const toRejectedLine = (line: number, { column, code, message }: RejectedCall): RejectedLine => ({
  line,
  ...(column === undefined ? {} : { column }),
  code,
  message,
});
