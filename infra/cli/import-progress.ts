import type { ImportView } from '#lib/imports/jobs/import-service.ts';
import { type ApiClient, followJob } from './api-client.ts';
import type { ProgressBar } from './progress-bar.ts';

type FinishedImport = ImportView & { rejectedUrl?: string };

/** Waits until an import is done or has failed, and shows how far it is. @throws as `ApiClient.request` */
export const followImport = (api: ApiClient, importId: string, bar: ProgressBar): Promise<FinishedImport> =>
  followJob<FinishedImport>(
    api,
    `/v1/imports/${importId}`,
    ({ state }) => state === 'done' || state === 'failed',
    (view) => bar.show(view.percent / 100, view.state === 'queued' ? 'queued' : formatRows(view)),
  );

const formatRows = ({ lines, refused, linesPerSecond }: ImportView): string =>
  `${formatCount(lines)} rows, ${formatCount(linesPerSecond)}/s${refused > 0 ? `, ${formatCount(refused)} refused` : ''}`;

/** 1234567 as 1,234,567 */
export const formatCount = (n: number): string => n.toLocaleString('en-US');

const MAX_REJECTIONS_SHOWN = 10;

/** What became of an import, for people. */
export function formatImportReport(view: FinishedImport): string {
  const { importId, state, lines, accepted, dropped, refused, events, late, linesPerSecond, mapping, error } =
    view;
  const sums = { rows: lines, accepted, dropped, refused, events };
  const width = Math.max(...Object.values(sums).map((n) => formatCount(n).length));
  const found = view.firstRefusals.slice(0, MAX_REJECTIONS_SHOWN);
  return [
    state === 'failed'
      ? `Import ${importId} failed: ${error ?? 'no reason is known'}`
      : `Imported ${importId}`,
    '',
    ...Object.entries(sums).map(([name, n]) => `  ${name.padEnd(9)} ${formatCount(n).padStart(width)}`),
    ...(mapping === undefined ? [] : [`  mapping   ${mapping}`]),
    ...(late === 0
      ? []
      : [
          '',
          `${formatCount(late)} events came too late: their days are closed, as events of theirs may have expired. They are kept, and change no count.`,
        ]),
    ...(linesPerSecond === 0 ? [] : [`  speed     ${formatCount(linesPerSecond)} rows/s`]),
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
