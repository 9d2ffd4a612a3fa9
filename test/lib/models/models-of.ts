import { MODEL_KINDS } from '#lib/models/model-files.ts';
import { computeVersion } from '#lib/models/model-version.ts';
import type { AnyModel } from '#lib/models/registry/models.ts';
import { exampleModel } from '#test/lib/scoring/example-models.ts';

/** The example models as of a date. */
export const buildModels = (asOf: string): AnyModel[] =>
  MODEL_KINDS.map((kind) => exampleModel(kind, { asOf }));

/** A model of every kind as of a date, none of which could be fitted but the community's. */
export const buildInsufficientModels = (asOf: string): AnyModel[] =>
  buildModels(asOf).map((model) => {
    if (model.kind === 'community') return model;
    const thresholds = model.kind === 'lifecycle' ? { thresholds: model.thresholds } : {};
    const made = {
      kind: model.kind,
      format: 1,
      asOf,
      members: 3,
      status: 'insufficient',
      needs: [{ what: 'members', have: 3, need: 10 }],
      ...thresholds,
    };
    return { ...made, version: computeVersion(made) } as AnyModel;
  });
