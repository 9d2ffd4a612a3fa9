import { readResult } from '#lib/audit/audit.ts';
import type { LocalizedText } from '#lib/features/catalogue.ts';
import type { ImportRecord } from '#lib/imports/jobs/import-record.ts';
import { MODEL_KINDS } from '#lib/models/model-files.ts';
import type { CurrentModels, CurrentModelsFile } from '#lib/models/registry/current-models.ts';
import { readModel } from '#lib/models/registry/model-store.ts';
import type { ModelByKind } from '#lib/models/registry/models.ts';
import { applyRun } from '#lib/models/registry/publications.ts';
import { StoreError } from '#lib/platform/errors.ts';
import type { ManagedObjectStore } from '#lib/platform/s3.ts';
import { assembleReport } from '#lib/reports/assemble.ts';
import type { Report } from '#lib/reports/report.ts';
import { readReport, reportDate, reportKey } from '#lib/reports/report-store.ts';
import {
  PUBLISHED_DATASETS,
  type PublishedDataset,
  publishedKey,
  publishedPrefix,
} from './published-datasets.ts';
import type { FindRun, RunRecords } from './run/run-record.ts';
import { runStep } from './run/run-step.ts';
import {
  missingObject,
  partitionKey,
  readFittedModels,
  readPlan,
  readScored,
  readSums,
} from './run-files.ts';

export interface PublishTask {
  runId: string;
  asOf: string;
}

export interface PublishDeps {
  store: ManagedObjectStore;
  records: RunRecords;
  find: FindRun;
  current: CurrentModelsFile;
  imports: () => Promise<readonly ImportRecord[]>;
  /** messages in the failures queue */
  deadLetters: () => Promise<number>;
  /** whether not all members are counted by the rules of now */
  isRebuilding: () => Promise<boolean>;
  timeZone: string;
  currency: string;
}

const COPIES_AT_ONCE = 8;

/**
 * Publishes what a run has made: its features and scores under their date, its report, and then, in one write, its
 * models. All of it is read and checked before anything is written, and every write can be repeated, so a run that breaks
 * off leaves what was live as it was.
 * @returns whether its models are live
 * @throws Error naming what is missing or corrupt; StoreError
 */
export async function publishRun(sources: PublishDeps, task: PublishTask): Promise<{ live: boolean }> {
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

async function publish(sources: PublishDeps, { runId, asOf }: PublishTask, at: string): Promise<boolean> {
  const { store, current } = sources;
  const { parts, rebuilding } = await readPlan(store, runId);
  const models = await readFittedModels(store, runId);
  const names = (await current.read())?.profileNames ?? {};
  const report = await buildReport(sources, {
    runId,
    asOf,
    parts,
    at,
    profiles: nameProfiles(models, names),
    rebuilding: rebuilding ?? false,
  });
  await checkStaged(store, runId, parts);

  for (const dataset of PUBLISHED_DATASETS) await publishPartitions(store, runId, dataset, asOf, parts);
  await store.put(reportKey(asOf), JSON.stringify(report), 'application/json');
  const versions = Object.fromEntries(MODEL_KINDS.map((kind) => [kind, models[kind].version]));
  const { live } = await current.change(async (now) => {
    const isOlder = now !== undefined && asOf < now.asOf;
    return applyRun(
      now,
      { runId, asOf, models: versions, report: reportKey(asOf), publishedAt: at },
      isOlder && (await isAnyFitted(store, now)),
    );
  });
  return live;
}

async function buildReport(
  { store, imports, deadLetters, isRebuilding, timeZone, currency }: PublishDeps,
  run: {
    runId: string;
    asOf: string;
    parts: number;
    at: string;
    profiles: { id: string; name: LocalizedText }[];
    rebuilding: boolean;
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
    imports: sumImports(await imports()),
    deadLetters: await deadLetters(),
    audit: (await readResult(store, runId)) ?? null,
    rebuilding: run.rebuilding || (await isRebuilding()),
    previous: await findPreviousReport(store, asOf),
  });
}

/** The newest report of an earlier date. One that cannot be read is as good as none: nothing can be compared with it. */
async function findPreviousReport(store: ManagedObjectStore, asOf: string): Promise<Report | undefined> {
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
async function checkStaged(store: ManagedObjectStore, runId: string, parts: number): Promise<void> {
  for (const dataset of PUBLISHED_DATASETS) {
    const staged = new Set(await store.list(`runs/${runId}/${dataset}/`));
    for (let part = 0; part < parts; part += 1)
      if (!staged.has(partitionKey(runId, dataset, part)))
        throw missingObject(partitionKey(runId, dataset, part));
  }
}

/** Puts the parts of a run under their date, and takes away those of an earlier run that had more. */
async function publishPartitions(
  store: ManagedObjectStore,
  runId: string,
  dataset: PublishedDataset,
  asOf: string,
  parts: number,
): Promise<void> {
  const keys = Array.from({ length: parts }, (_, part) => publishedKey(dataset, asOf, part));
  for (let from = 0; from < parts; from += COPIES_AT_ONCE) {
    const some = keys.slice(from, from + COPIES_AT_ONCE);
    await Promise.all(some.map((key, i) => store.copy(partitionKey(runId, dataset, from + i), key)));
  }
  const wanted = new Set(keys);
  await store.delete((await store.list(publishedPrefix(dataset, asOf))).filter((key) => !wanted.has(key)));
}

function nameProfiles(
  { profiles }: ModelByKind,
  names: CurrentModels['profileNames'],
): { id: string; name: LocalizedText }[] {
  if (profiles.status !== 'fitted') return [];
  return profiles.clusters.map(({ id, name }) => ({ id, name: { ...name, ...names[id] } }));
}

/** Whether one of the live models that can be insufficient is fitted. */
async function isAnyFitted(store: ManagedObjectStore, { models }: CurrentModels): Promise<boolean> {
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

type Totals = Report['quality']['imports'];

/**
 * What became of the rows of all imports. Rows of a file that was imported before (from the same source, of the same name and size)
 * are duplicates: they change nothing, and are not counted as imported a second time.
 */
export function sumImports(records: readonly ImportRecord[]): Totals {
  const totals: Totals = { imported: 0, refused: 0, duplicates: 0 };
  const seen = new Set<string>();
  for (const { source, filename, size, sums } of [...records].sort((a, b) => a.createdAt - b.createdAt)) {
    const file = JSON.stringify([source, filename, size]);
    if (seen.has(file)) totals.duplicates += sums.accepted;
    else {
      totals.imported += sums.accepted;
      totals.refused += sums.refused;
    }
    if (sums.lines > 0) seen.add(file);
  }
  return totals;
}
