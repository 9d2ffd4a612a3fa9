import { MODEL_KINDS, type ModelKind } from '#lib/models/model-files.ts';
import type { CurrentModels, Publication } from './current-models.ts';

const MAX_HISTORY = 60;

/** What a run has made. */
export interface RunResult {
  runId: string;
  asOf: string;
  models: Partial<Record<ModelKind, string>>;
  /** key of its report */
  report: string;
  /** ISO time */
  publishedAt: string;
}

/**
 * What is live after a run. A run of an older date than the live one changes nothing of the models, unless none of
 * those that are live could be fitted; a run that is published already changes nothing at all.
 * @param isAnyFitted whether one of the live models that need data, so all but the community, is fitted
 */
export function applyRun(
  current: CurrentModels | undefined,
  run: RunResult,
  isAnyFitted: boolean,
): { current: CurrentModels; live: boolean } {
  const isPublished = current?.history.some(({ by, runId }) => by === 'run' && runId === run.runId);
  if (current !== undefined && isPublished) return { current, live: true };
  const report = newest(current?.report ?? null, run.report);
  if (current !== undefined && run.asOf < current.asOf && isAnyFitted) {
    return { current: report === current.report ? current : { ...current, report }, live: false };
  }
  const { publishedAt, runId, asOf, models } = run;
  return {
    current: {
      format: 1,
      publishedAt,
      runId,
      asOf,
      models,
      report,
      profileNames: current?.profileNames ?? {},
      history: prependPublication({ publishedAt, by: 'run', runId, asOf, models }, current?.history ?? []),
    },
    live: true,
  };
}

/**
 * What to go back to: a publication, by its time; one kind's version, or the one before the live one; with neither,
 * everything as the last publication of other models had it. Going back twice goes two of them back.
 */
export type RollbackOptions = {
  publishedAt?: string | undefined;
  kind?: ModelKind | undefined;
  version?: string | undefined;
};

/** What would be live then, or why there is nothing to go back to. */
export function findRollbackTarget(
  current: CurrentModels,
  { publishedAt, kind, version }: RollbackOptions,
): Pick<Publication, 'runId' | 'asOf' | 'models'> | 'unknown_publication' | 'nothing_before' {
  const { runId, asOf, models, history } = current;
  if (publishedAt !== undefined) {
    return history.find((one) => one.publishedAt === publishedAt) ?? 'unknown_publication';
  }
  const runs = history.filter(({ by }) => by === 'run');
  if (kind === undefined) {
    const at = runs.findIndex((one) => one.runId === runId);
    // A run that was done again has published the same once more.
    return runs.slice(at + 1).find((one) => !isSameModels(one.models, models)) ?? 'nothing_before';
  }
  const earlier = version ?? findVersionBefore(runs, kind, models[kind]);
  return earlier === undefined ? 'nothing_before' : { runId, asOf, models: { ...models, [kind]: earlier } };
}

/** What is live after going back. @param publishedAt ISO time */
export function applyRollback(
  current: CurrentModels,
  target: Pick<Publication, 'runId' | 'asOf' | 'models'>,
  { publishedAt, caller }: { publishedAt: string; caller: string },
): CurrentModels {
  const { runId, asOf, models } = target;
  const publication: Publication = { publishedAt, by: 'rollback', caller, runId, asOf, models };
  return {
    ...current,
    publishedAt,
    runId,
    asOf,
    models,
    history: prependPublication(publication, current.history),
  };
}

/** The versions of a kind that were live before a date, newest publication first, each once. */
export function findVersionsBefore(current: CurrentModels, kind: ModelKind, date: string): string[] {
  const versions = current.history.map(({ models }) => models[kind]);
  return [...new Set(versions)].filter((one) => one !== undefined && parseDate(one) < date) as string[];
}

/** Whether two sets of models are the same. */
export const isSameModels = (a: CurrentModels['models'], b: CurrentModels['models']): boolean =>
  MODEL_KINDS.every((kind) => a[kind] === b[kind]);

const parseDate = (version: string): string => version.slice(0, 10);

function findVersionBefore(
  runs: readonly Publication[],
  kind: ModelKind,
  live: string | undefined,
): string | undefined {
  const versions = [...new Set(runs.map(({ models }) => models[kind]))].filter((one) => one !== undefined);
  return versions[versions.indexOf(live ?? '') + 1];
}

/** Two publications never have the same time: it identifies them. */
function prependPublication(publication: Publication, history: readonly Publication[]): Publication[] {
  return [publication, ...history].slice(0, MAX_HISTORY);
}

const newest = (a: string | null, b: string): string => (a !== null && a > b ? a : b);
