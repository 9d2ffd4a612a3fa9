import { setTimeout as pause } from 'node:timers/promises';
import type { ImportView } from '#lib/imports/jobs/import-view.ts';
import type { ApiClient } from './api-client.ts';
import type { ProgressBar } from './progress-bar.ts';

const FIRST_POLL_MS = 200;
const MAX_POLL_MS = 2_000;
/** The import runs whether anybody looks or not, so an API that is away for a while is no reason to give up. */
const PATIENCE_MS = 60_000;

export type FinishedImport = ImportView & { rejectedUrl?: string };

/** Waits until an import is done or has failed, and shows how far it is. @throws as `ApiClient.ask` */
export async function followImport(
  api: ApiClient,
  importId: string,
  bar: ProgressBar,
): Promise<FinishedImport> {
  for (let waitMs = FIRST_POLL_MS; ; waitMs = Math.min(waitMs * 1.3, MAX_POLL_MS)) {
    const view = await api.request<FinishedImport>('GET', `/v1/imports/${importId}`, undefined, PATIENCE_MS);
    if (view.state === 'done' || view.state === 'failed') return view;
    bar.show(view.percent / 100, view.state === 'queued' ? 'queued' : formatRows(view));
    await pause(waitMs);
  }
}

const formatRows = ({ lines, refused, linesPerSecond }: ImportView): string =>
  `${formatCount(lines)} rows, ${formatCount(linesPerSecond)}/s${refused > 0 ? `, ${formatCount(refused)} refused` : ''}`;

/** 1234567 as 1,234,567 */
export const formatCount = (n: number): string => n.toLocaleString('en-US');
