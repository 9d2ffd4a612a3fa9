import { setTimeout as pause } from 'node:timers/promises';
import type { ImportView } from '#lib/imports/jobs/import-view.ts';
import type { ApiClient } from './api-client.ts';
import type { ProgressBar } from './progress-bar.ts';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;
/** The import runs whether anybody looks or not, so an API that is away for a while is no reason to give up. */
const PATIENCE_MS = 60_000;

export type FinishedImport = ImportView & { rejectedUrl?: string };

/** Waits until an import is done or has failed, and shows how far it is. @throws as `ApiClient.ask` */
export async function followImport(
  api: ApiClient,
  importId: string,
  bar: ProgressBar,
): Promise<FinishedImport> {
  for (let waitMs = FIRST_PAUSE_MS; ; waitMs = Math.min(waitMs * 1.3, LONGEST_PAUSE_MS)) {
    const view = await api.ask<FinishedImport>('GET', `/v1/imports/${importId}`, undefined, PATIENCE_MS);
    if (view.state === 'done' || view.state === 'failed') return view;
    bar.show(view.percent / 100, view.state === 'queued' ? 'queued' : rows(view));
    await pause(waitMs);
  }
}

const rows = ({ lines, refused, linesPerSecond }: ImportView): string =>
  `${grouped(lines)} rows, ${grouped(linesPerSecond)}/s${refused > 0 ? `, ${grouped(refused)} refused` : ''}`;

/** 1234567 as 1,234,567 */
export const grouped = (n: number): string => n.toLocaleString('en-US');
