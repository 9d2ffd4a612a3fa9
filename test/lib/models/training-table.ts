import { addDays } from '#lib/events/calendar.ts';
import { isActive, type MemberDays } from '#lib/features/features.ts';
import type { TrainingTable } from '#lib/models/feature-tables.ts';
import type { Partitions } from '#lib/models/numeric/partitions.ts';
import { buildFeatureTable } from '#test/infra/local/demo/demo-features.ts';

/** Features of all members as of 30 days before a date, and what they did since. */
export function buildTrainingTable(days: ReadonlyMap<string, MemberDays>, asOf: string): TrainingTable {
  const from = addDays(asOf, -30);
  const table = buildFeatureTable(days, from);
  const after = table.userIds.map((id) => days.get(id)!.filter(({ date }) => date >= from && date < asOf));
  return {
    ...table,
    paymentNext30: Float64Array.from(after, (own) =>
      own.reduce((sum, { amounts }) => sum + (amounts['paidMinor'] ?? 0), 0),
    ),
    activeNext30: Uint8Array.from(after, (own) => (own.some(({ amounts }) => isActive(amounts)) ? 1 : 0)),
  };
}

/** A table as parts of at most so many rows. */
export function toPartitions(
  table: TrainingTable,
  rows = Number.POSITIVE_INFINITY,
): Partitions<TrainingTable> {
  return async function* () {
    for (let from = 0; from < Math.max(1, table.userIds.length); from += rows) {
      const to = from + rows;
      yield {
        userIds: table.userIds.slice(from, to),
        columns: Object.fromEntries(
          Object.entries(table.columns).map(([name, column]) => [name, column.slice(from, to)]),
        ) as TrainingTable['columns'],
        paymentNext30: table.paymentNext30.slice(from, to),
        activeNext30: table.activeNext30.slice(from, to),
      };
    }
  };
}
