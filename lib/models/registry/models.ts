import type * as z from 'zod/mini';
import { communityModel } from '#lib/models/community/schema.ts';
import { influenceModel } from '#lib/models/influence/schema.ts';
import { lifecycleModel } from '#lib/models/lifecycle/schema.ts';
import type { ModelKind } from '#lib/models/model-files.ts';
import { profilesModel } from '#lib/models/profiles/schema.ts';
import type { Fitted } from '#lib/models/schema.ts';
import { valueModel } from '#lib/models/value/schema.ts';
import { parseArtefact, parseJson } from '#lib/platform/artefact.ts';
import { lazySchema } from '#lib/platform/lazy-schema.ts';

const schemas = lazySchema(() => ({
  community: communityModel(),
  profiles: profilesModel(),
  lifecycle: lifecycleModel(),
  value: valueModel(),
  influence: influenceModel(),
}));

export type ModelByKind = { [K in ModelKind]: z.infer<ReturnType<typeof schemas>[K]> };
export type AnyModel = ModelByKind[ModelKind];
export type FittedModel<K extends ModelKind> = Fitted<ModelByKind[K]>;

/**
 * Reads a model file. It may be of fewer features than this code knows, but of none that it does not know; lists that belong
 * together must be equally long, and every number finite: a model that passes can be scored with.
 * @returns the model, and the JSON as it stands in the file, which its version is of
 * @throws Error naming the kind, the place in the file and what is wrong there
 */
export function readModelFile<K extends ModelKind>(
  kind: K,
  json: Uint8Array | string,
): { model: ModelByKind[K]; raw: { asOf: string } } {
  try {
    const raw = parseJson(json);
    return { model: parseArtefact(schemas()[kind], raw) as ModelByKind[K], raw: raw as { asOf: string } };
  } catch (cause) {
    throw new Error(`the ${kind} model does not read: ${(cause as Error).message}`, { cause });
  }
}

/** A model file as `readModelFile` reads it. */
export const parseModel = <K extends ModelKind>(kind: K, json: string): ModelByKind[K] =>
  readModelFile(kind, json).model;
