import * as z from 'zod/mini';
import { MODEL_KINDS, type ModelKind } from '#lib/models/model-files.ts';
import { modelKey } from '#lib/models/model-version.ts';
import { readModel } from '#lib/models/registry/model-store.ts';
import type { AnyModel, ModelByKind } from '#lib/models/registry/models.ts';
import { parseRunFile } from '#lib/platform/artefact.ts';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { addScores, emptyScoredSums, type ScoredSums, scoredSums } from '#lib/reports/scored-sums.ts';
import { addSums, type CommunitySums, communitySums, emptySums } from '#lib/reports/sums.ts';

/** What a run stages below `runs/<runId>/`, part by part; a lifecycle rule of the bucket clears it away after 30 days. */
export type StagedDataset = 'snapshot' | 'training' | 'ties' | 'sums' | 'features' | 'scores' | 'scored';

const JSON_PARTS: ReadonlySet<StagedDataset> = new Set<StagedDataset>(['sums', 'scored']);

/** The key of one staged part, e.g. `runs/<runId>/sums/part-0.json`. */
export const partitionKey = (runId: string, what: StagedDataset, part: number): string =>
  `runs/${runId}/${what}/part-${part}.${JSON_PARTS.has(what) ? 'json' : 'parquet'}`;

/** Thrown when a step looks for what an earlier one should have written. */
export const missingObject = (key: string): Error =>
  new Error(
    `${key} is missing: the step that writes it did not finish, or it is over 30 days old; start a new run`,
  );

/** Into how many parts a run was cut, and the date it is as of. */
const planFile = lazySchema(() =>
  z.object({
    asOf: z.string(),
    parts: z.int(),
    /** not all members were counted by the rules of then: what the run reads is of two sorts */
    rebuilding: z.exactOptional(z.literal(true)),
  }),
);
export type PlanFile = InferLazy<typeof planFile>;

const planKey = (runId: string): string => `runs/${runId}/plan.json`;

/** undefined when the run was not planned yet. @throws Error when the plan does not read; StoreError */
export async function findPlan(store: ObjectStore, runId: string): Promise<PlanFile | undefined> {
  const stored = await store.get(planKey(runId));
  return stored && parseRunFile(planFile(), planKey(runId), stored.body);
}

/** @throws Error when the run was not planned; StoreError */
export async function readPlan(store: ObjectStore, runId: string): Promise<PlanFile> {
  const plan = await findPlan(store, runId);
  if (plan === undefined) throw missingObject(planKey(runId));
  return plan;
}

/** @throws StoreError */
export const writePlan = (store: ObjectStore, runId: string, plan: PlanFile): Promise<void> =>
  store.put(planKey(runId), JSON.stringify({ runId, ...plan }), 'application/json');

/** Which model of a kind a run has fitted. */
const fitFile = lazySchema(() => z.object({ version: z.string() }));
const fitKey = (runId: string, kind: ModelKind): string => `runs/${runId}/fits/${kind}.json`;

/** @throws StoreError */
export const writeFittedModel = (
  store: ObjectStore,
  runId: string,
  { kind, version, status }: AnyModel,
): Promise<void> =>
  store.put(fitKey(runId, kind), JSON.stringify({ kind, version, status }), 'application/json');

/**
 * The model of a kind that a run has fitted, proven to be what its name says.
 * @throws Error naming what is missing or corrupt; StoreError
 */
async function readFittedModel<K extends ModelKind>(
  store: ObjectStore,
  runId: string,
  kind: K,
): Promise<ModelByKind[K]> {
  const stored = await store.get(fitKey(runId, kind));
  if (stored === undefined) throw missingObject(fitKey(runId, kind));
  const { version } = parseRunFile(fitFile(), fitKey(runId, kind), stored.body);
  const model = await readModel(store, kind, version);
  if (model === undefined) throw missingObject(modelKey(kind, version));
  return model;
}

/**
 * The models that the fits of a run made, those that say "insufficient" too.
 * @throws Error naming the object when one is missing or does not read; StoreError
 */
export async function readFittedModels(store: ObjectStore, runId: string): Promise<ModelByKind> {
  const models = await Promise.all(
    MODEL_KINDS.map(async (kind) => [kind, await readFittedModel(store, runId, kind)] as const),
  );
  return Object.fromEntries(models) as unknown as ModelByKind;
}

/**
 * The sums of all parts of a run's snapshot.
 * @throws Error naming the object when one is missing or does not read; RangeError when they are of different dates; StoreError
 */
export async function readSums(store: ObjectStore, runId: string, parts: number): Promise<CommunitySums> {
  let all: CommunitySums | undefined;
  for (let part = 0; part < parts; part += 1) {
    const sums = await readJsonPartition(store, runId, 'sums', part, communitySums());
    all ??= emptySums(sums.asOf);
    addSums(all, sums);
  }
  if (all === undefined) throw new RangeError(`run ${runId} has no parts`);
  return all;
}

/** What scoring found in all parts of a run. @throws as `readSums` */
export async function readScored(store: ObjectStore, runId: string, parts: number): Promise<ScoredSums> {
  const all = emptyScoredSums();
  for (let part = 0; part < parts; part += 1) {
    addScores(all, await readJsonPartition(store, runId, 'scored', part, scoredSums()));
  }
  return all;
}

async function readJsonPartition<S extends z.ZodMiniType>(
  store: ObjectStore,
  runId: string,
  what: StagedDataset,
  part: number,
  schema: S,
): Promise<z.output<S>> {
  const key = partitionKey(runId, what, part);
  const stored = await store.get(key);
  if (stored === undefined) throw missingObject(key);
  return parseRunFile(schema, key, stored.body);
}
