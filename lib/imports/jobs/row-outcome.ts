import { andThen, type Outcome, overallOutcome, type Rejected } from '#lib/events/outcome.ts';
import { type IngestContext, NESTED_TOO_DEEPLY, parseCall } from '#lib/events/parse-call.ts';
import type { StoredEvent } from '#lib/events/stored-event.ts';
import type { Row } from '#lib/imports/formats/row.ts';
import type { MappedCall } from '#lib/imports/mapping/compile-call.ts';
import { type CompiledMapping, mapRow } from '#lib/imports/mapping/map-row.ts';
import type { RowIds } from './row-ids.ts';

/** The object with the refused lines of an import, once it is done. */
export const rejectedKey = (importId: string): string => `rejected/${importId}.ndjson`;

/** A line of `rejected/<importId>.ndjson`. */
export type RejectedLine = { line: number } & Omit<Rejected, 'outcome'>;

/** What became of one row: of all its calls together, and the events and rejections of each. */
export interface RowOutcome {
  line: number;
  outcome: Outcome<object>['outcome'];
  events: StoredEvent[];
  /** also of an accepted row, if only some of its calls could be made */
  rejected: RejectedLine[];
}

/**
 * From a row to the events to store. Rows must come in the order of the file: the ids of rows without one depend on
 * it.
 */
export function rowOutcome(
  row: Row,
  compiled: CompiledMapping,
  ids: RowIds,
  context: IngestContext,
): RowOutcome {
  const { line } = row;
  let rowId: string | undefined;
  /** @throws RangeError for a row of very deep objects */
  const withMessageId = (call: MappedCall['call'], index: number): MappedCall['call'] => {
    if (isUsable(call['messageId'])) return call;
    rowId ??= ids.next(compiled.rowContent(row));
    return { ...call, messageId: index === 0 ? rowId : `${rowId}.${index}` };
  };
  const outcomes = mapRow(row, compiled).map((mapped, index) =>
    andThen(mapped, ({ call, type }) => {
      try {
        return parseCall(withMessageId(call, index), type, context);
      } catch (error) {
        if (error instanceof RangeError) return NESTED_TOO_DEEPLY;
        throw error;
      }
    }),
  );
  return {
    line,
    outcome: overallOutcome(outcomes),
    events: outcomes.flatMap((one) => (one.outcome === 'accepted' ? [one.stored] : [])),
    rejected: outcomes.flatMap((one) => {
      if (one.outcome !== 'rejected') return [];
      const { outcome: _, ...why } = one;
      return [{ line, ...why }];
    }),
  };
}

const isUsable = (messageId: unknown): boolean =>
  typeof messageId === 'string' && messageId !== '' && messageId.length <= 100 && messageId.isWellFormed();
