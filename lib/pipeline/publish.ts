import { readResult } from '#lib/audit/audit-files.ts';
import type { ImportRecord } from '#lib/imports/jobs/import-record.ts';
import { type CurrentModels, MODEL_KINDS, type ModelByKind, type Words } from '#lib/models/model-files.ts';
import type { CurrentFile } from '#lib/models/registry/current-models.ts';
import { readModel } from '#lib/models/registry/model-store.ts';
import { afterRun } from '#lib/models/registry/publications.ts';
import { StoreError } from '#lib/platform/errors.ts';
import type { DataObjects } from '#lib/platform/s3-objects.ts';
import { assembleReport } from '#lib/reports/assemble.ts';
import type { Report } from '#lib/reports/report.ts';
import { readReport, reportDate, reportKey } from '#lib/reports/report-store.ts';
import { readFit } from './fit-file.ts';
import { importTotals } from './import-totals.ts';
import { readPlan } from './plan-file.ts';
import { readScored, readSums } from './read-sums.ts';
import type { FindRun } from './run/run-reader-table.ts';
import { runStep } from './run/run-step.ts';
import type { RunRecords } from './run/runs-table.ts';
import { missingPart, partKey } from './run-files.ts';

export interface PublishTask {
  runId: string;
  asOf: string;
}

export interface PublishSources {
  store: DataObjects;
  records: RunRecords;
  find: FindRun;
  current: CurrentFile;
  imports: () => Promise<readonly ImportRecord[]>;
  /** messages in the failures queue */
  deadLetters: () => Promise<number>;
  timeZone: string;
  currency: string;
}

const DATASETS = ['features', 'scores'] as const;
const COPIES_AT_ONCE = 8;

/**
 * Publishes what a run has made: its features and scores under their date, its report, and then, in one write, its
 * models. All of it is read and checked before anything is written, and every write can be repeated, so a run that breaks
 * off leaves what was live as it was.
 * @returns whether its models are live
 * @throws Error naming what is missing or damaged; StoreError
 */
export async function publishRun(sources: PublishSources, task: PublishTask): Promise<{ live: boolean }> {
  const { records, find } = sources;
  const { runId } = task;
  const before = await find(runId);
  if (before?.state === 'done') return { live: before.live ?? false };
  const live = await runStep(records, { runId, step: 'publish' }, async () => {
    // Of the first attempt, so that all attempts write the same.
    const begunAt = (await find(runId))?.steps.publish?.begunAt ?? 0;
    return publish(sources, task, new Date(begunAt).toISOString());
  });
  await records.finish(runId, live);
  return { live };
}

async function publish(sources: PublishSources, { runId, asOf }: PublishTask, at: string): Promise<boolean> {
  const { store, current } = sources;
  const { parts } = await readPlan(store, runId);
  const models = await fittedModels(store, runId);
  const names = (await current.read())?.profileNames ?? {};
  const report = await reportOf(sources, { runId, asOf, parts, at, profiles: profilesOf(models, names) });
  await mustBeStaged(store, runId, parts);

  for (const dataset of DATASETS) await publishParts(store, runId, dataset, asOf, parts);
  await store.put(reportKey(asOf), JSON.stringify(report), 'application/json');
  const versions = Object.fromEntries(MODEL_KINDS.map((kind) => [kind, models[kind].version]));
  const { live } = await current.change(async (now) => {
    const isOlder = now !== undefined && asOf < now.asOf;
    return afterRun(
      now,
      { runId, asOf, models: versions, report: reportKey(asOf), publishedAt: at },
      isOlder && (await isAnyFitted(store, now)),
    );
  });
  return live;
}

async function fittedModels(store: DataObjects, runId: string): Promise<ModelByKind> {
  const models = await Promise.all(
    MODEL_KINDS.map(async (kind) => [kind, await readFit(store, runId, kind)] as const),
  );
  return Object.fromEntries(models) as unknown as ModelByKind;
}

async function reportOf(
  { store, imports, deadLetters, timeZone, currency }: PublishSources,
  run: {
    runId: string;
    asOf: string;
    parts: number;
    at: string;
    profiles: { id: string; name: Words }[];
  },
): Promise<Report> {
  const { runId, asOf, parts, at, profiles } = run;
  return assembleReport({
    runId,
    generatedAt: at,
    timeZone,
    currency,
    sums: await readSums(store, runId, parts),
    scored: await readScored(store, runId, parts),
    profiles,
    imports: importTotals(await imports()),
    deadLetters: await deadLetters(),
    audit: (await readResult(store, runId)) ?? null,
    previous: await reportBefore(store, asOf),
  });
}

/** The newest report of an earlier date. One that cannot be read is as good as none: nothing can be compared with it. */
async function reportBefore(store: DataObjects, asOf: string): Promise<Report | undefined> {
  const dates = (await store.list('reports/')).map(reportDate);
  const date = dates.filter((one) => one !== undefined && one < asOf).at(-1);
  if (date === undefined) return undefined;
  try {
    return await readReport(store, reportKey(date));
  } catch (error) {
    if (error instanceof StoreError) throw error;
    return undefined;
  }
}

/** @throws Error naming the first part that scoring did not write */
async function mustBeStaged(store: DataObjects, runId: string, parts: number): Promise<void> {
  for (const dataset of DATASETS) {
    const staged = new Set(await store.list(`runs/${runId}/${dataset}/`));
    for (let part = 0; part < parts; part += 1)
      if (!staged.has(partKey(runId, dataset, part))) throw missingPart(partKey(runId, dataset, part));
  }
}

/** Puts the parts of a run under their date, and takes away those of an earlier run that had more. */
async function publishParts(
  store: DataObjects,
  runId: string,
  dataset: (typeof DATASETS)[number],
  asOf: string,
  parts: number,
): Promise<void> {
  const prefix = `${dataset}/date=${asOf}/`;
  const keys = Array.from({ length: parts }, (_, part) => `${prefix}part-${part}.parquet`);
  for (let from = 0; from < parts; from += COPIES_AT_ONCE) {
    const some = keys.slice(from, from + COPIES_AT_ONCE);
    await Promise.all(some.map((key, i) => store.copy(partKey(runId, dataset, from + i), key)));
  }
  const wanted = new Set(keys);
  await store.delete((await store.list(prefix)).filter((key) => !wanted.has(key)));
}

function profilesOf(
  { profiles }: ModelByKind,
  names: CurrentModels['profileNames'],
): { id: string; name: Words }[] {
  if (profiles.status !== 'fitted') return [];
  return profiles.clusters.map(({ id, name }) => ({ id, name: { ...name, ...names[id] } }));
}

/** Whether one of the live models that can be insufficient is fitted. */
async function isAnyFitted(store: DataObjects, { models }: CurrentModels): Promise<boolean> {
  for (const kind of MODEL_KINDS) {
    const version = models[kind];
    if (kind === 'community' || version === undefined) continue;
    try {
      if ((await readModel(store, kind, version))?.status === 'fitted') return true;
    } catch (error) {
      if (error instanceof StoreError) throw error;
    }
  }
  return false;
}
