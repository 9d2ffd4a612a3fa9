import { type FinishedImport, grouped } from './import-progress.ts';

const MOST_REFUSALS = 10;

/** What became of an import, for people. */
export function importReport(view: FinishedImport): string {
  const { importId, state, lines, accepted, dropped, refused, events, late, linesPerSecond, mapping, error } =
    view;
  const sums = { rows: lines, accepted, dropped, refused, events };
  const width = Math.max(...Object.values(sums).map((n) => grouped(n).length));
  const found = view.firstRefusals.slice(0, MOST_REFUSALS);
  return [
    state === 'failed'
      ? `Import ${importId} failed: ${error ?? 'no reason is known'}`
      : `Imported ${importId}`,
    '',
    ...Object.entries(sums).map(([name, n]) => `  ${name.padEnd(9)} ${grouped(n).padStart(width)}`),
    ...(mapping === undefined ? [] : [`  mapping   ${mapping}`]),
    ...(late === 0
      ? []
      : [
          '',
          `${grouped(late)} events came too late: their days are closed, as events of theirs may have expired. They are kept, and change no count.`,
        ]),
    ...(linesPerSecond === 0 ? [] : [`  speed     ${grouped(linesPerSecond)} rows/s`]),
    ...(found.length === 0 ? [] : ['', 'First refused:']),
    ...found.map(
      ({ line, column, code, message }) =>
        `  line ${line}${column === undefined ? '' : `, ${column}`}: ${message} (${code})`,
    ),
    ...(view.rejectedUrl === undefined
      ? []
      : ['', 'All of them, for an hour at most:', `  ${view.rejectedUrl}`]),
    '',
  ].join('\n');
}
