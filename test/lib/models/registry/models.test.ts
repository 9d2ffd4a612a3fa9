import { describe, expect, test } from 'vitest';
import { MODEL_KINDS, type ModelKind } from '#lib/models/model-files.ts';
import { computeVersion } from '#lib/models/model-version.ts';
import { readModel } from '#lib/models/registry/model-store.ts';
import { parseModel } from '#lib/models/registry/models.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { buildInsufficientModels } from '#test/lib/models/models-of.ts';
import { exampleModel } from '#test/lib/scoring/example-models.ts';

/** Sets or deletes (undefined) what stands at a path such as `clusters.0.centroid`. */
function changed(kind: ModelKind, path: string, value: unknown): string {
  const model = JSON.parse(JSON.stringify(exampleModel(kind))) as Record<string, unknown>;
  const names = path.split('.');
  const last = names.pop() as string;
  let node = model;
  for (const name of names) node = node[name] as Record<string, unknown>;
  if (value === undefined) delete node[last];
  else node[last] = value;
  return JSON.stringify(model);
}

test.each(MODEL_KINDS)('a %s model that was fitted reads as it was', (kind) => {
  const model = exampleModel(kind);
  expect(parseModel(kind, JSON.stringify(model))).toEqual(model);
});

test.each(buildInsufficientModels('2026-03-08').filter(({ status }) => status === 'insufficient'))(
  'a $kind model that could not be fitted reads as it was',
  (model) => {
    expect(parseModel(model.kind, JSON.stringify(model))).toEqual(model);
  },
);

describe('a file of another release', () => {
  const community = () => JSON.parse(JSON.stringify(exampleModel('community'))) as Record<string, unknown>;
  /** Reads a model file with the version that its content has. */
  const readStored = (content: Record<string, unknown>) => {
    const version = computeVersion(content as { asOf: string });
    const body = new TextEncoder().encode(JSON.stringify({ ...content, version }));
    const store = { get: async () => ({ body, etag: '' }) } as unknown as ObjectStore;
    return readModel(store, 'community', version);
  };

  test('that knew fewer features is read with those that it names', async () => {
    const { means, medians, ...rest } = community();
    const without = ({ replies30: _, ...others }: Record<string, number>) => others;
    const older = { ...rest, means: without(means as never), medians: without(medians as never) };
    const model = await readStored(older);
    expect(model?.means).not.toHaveProperty('replies30');
    expect(model?.means).toHaveProperty('posts30', 2);
  });

  test('that wrote more fields still has the version of all that is in it, and those fields fall away', async () => {
    const model = await readStored({ ...community(), soon: { more: 1 } });
    expect(model).toMatchObject({ kind: 'community', members: 10 });
    expect(model).not.toHaveProperty('soon');
  });

  test('whose figures by feature do not belong together is refused', () => {
    const { medians, ...rest } = community();
    const { replies30: _, ...others } = medians as Record<string, number>;
    expect(() => parseModel('community', JSON.stringify({ ...rest, medians: others }))).toThrow(
      'medians.replies30 must be a finite number, not nothing',
    );
  });

  test('that goes by a feature which is not known here is refused, and the feature is named', () => {
    const value = changed('value', 'coefficients.1.feature', 'moonPhase');
    expect(() => parseModel('value', value)).toThrow(
      'coefficients[1].feature must be one that is known, not "moonPhase"',
    );
  });

  test('of a newer format is refused, and both formats are named', () => {
    expect(() => parseModel('community', changed('community', 'format', 2))).toThrow(
      'format must be 1, not 2',
    );
  });
});

describe('a corrupt file is refused with the path:', () => {
  test.each<[ModelKind, string, unknown, RegExp]>([
    ['value', 'kind', 'profiles', /kind must be value/],
    ['value', 'format', 2, /format must be 1/],
    ['value', 'version', '2026-03-09-00000000', /version/],
    ['value', 'version', '2026-03-08-0000', /version/],
    ['value', 'asOf', undefined, /asOf must be a text, not nothing/],
    ['value', 'members', -1, /members/],
    ['value', 'status', 'maybe', /status must be fitted or insufficient/],
    ['community', 'status', 'insufficient', /status must be fitted/],
    ['community', 'activityPercentiles.shares', [0.1], /as long as/],
    ['community', 'activityPercentiles.counts', [0, 5, 2, 40], /counts\[2\]/],
    ['community', 'activityPercentiles.shares', [0.2, 0.55, 1.8, 0.95], /shares\[2\].*from 0 to 1/],
    ['community', 'means.replies30', null, /means\.replies30 must be a finite number, not null/],
    ['community', 'medians.feedbackMean', undefined, /medians\.feedbackMean/],
    ['profiles', 'coordinates', [], /coordinates/],
    [
      'profiles',
      'coordinates.0.feature',
      'moonPhase',
      /coordinates\[0\]\.feature must be one that is known, not "moonPhase"/,
    ],
    ['profiles', 'coordinates.1.feature', 'replies30', /all different/],
    ['profiles', 'coordinates.0.sd', 0, /sd must be a number above 0/],
    ['profiles', 'clusters.1.centroid', [1, 2], /clusters\[1\]\.centroid must be a list of 3/],
    ['profiles', 'clusters.1.centroid', [1, 2, null], /clusters\[1\]\.centroid\[2\]/],
    ['profiles', 'clusters.1.id', 'p1', /ids of clusters must be all different/],
    ['profiles', 'clusters.0.name.en', '', /clusters\[0\]\.name\.en/],
    ['profiles', 'clusters', {}, /clusters must be a list/],
    ['profiles', 'idsGiven', 'p7', /idsGiven/],
    ['profiles', 'card.k', 3, /card\.k must be the number of clusters, 2/],
    ['lifecycle', 'thresholds', undefined, /thresholds must be an object/],
    ['lifecycle', 'thresholds.churnedDays', 14, /thresholds of silent and churned/],
    ['lifecycle', 'classifier.kind', 'oracle', /classifier\.kind/],
    ['lifecycle', 'classifier.trees', [], /classifier\.trees/],
    ['lifecycle', 'classifier.trees.0.p', [0.1], /trees\[0\]\.p/],
    ['lifecycle', 'classifier.trees.0.p.1', 1.2, /trees\[0\]\.p\[1\]/],
    ['lifecycle', 'classifier.trees.0.left.0', 0, /left\[0\] must be a node behind 0/],
    ['lifecycle', 'classifier.trees.0.right.0', 3, /right\[0\]/],
    ['lifecycle', 'classifier.trees.0.feature.0', 1, /feature\[0\] must be -1 or a coordinate below 1/],
    [
      'lifecycle',
      'classifier',
      { kind: 'neighbours', k: 3, rows: [[1], [2]], left: [0, 1] },
      /classifier\.k/,
    ],
    ['lifecycle', 'classifier', { kind: 'neighbours', k: 1, rows: [[1], [2, 3]], left: [0, 1] }, /rows\[1\]/],
    ['lifecycle', 'classifier', { kind: 'neighbours', k: 1, rows: [[1], [2]], left: [0, 2] }, /left\[1\]/],
    ['lifecycle', 'calibration.raw', [0, 0], /calibration\.raw\[1\] must be higher/],
    ['lifecycle', 'calibration.probability', [0.6, 0.1], /calibration\.probability\[1\]/],
    ['lifecycle', 'calibration', { raw: [], probability: [] }, /calibration\.raw/],
    ['value', 'coefficients.0.feature', 'payment30', /coefficients\[0\]\.feature must be intercept/],
    ['value', 'coefficients.2.feature', 'payment90', /all different/],
    ['value', 'coefficients.1.estimate', '0.25', /coefficients\[1\]\.estimate/],
    ['value', 'means', [8_000], /means must be a list of 2/],
    ['value', 'intervals.1.upTo', 9_000, /intervals\[1\]\.upTo must be null/],
    ['value', 'intervals.0.upTo', null, /intervals but the last/],
    ['influence', 'top.0.userId', 7, /top\[0\]\.userId/],
    ['influence', 'top.0.pageRank', 1.5, /top\[0\]\.pageRank/],
    ['influence', 'card.modularity', undefined, /card\.modularity/],
  ])('%s, %s = %j', (kind, path, value, reason) => {
    const read = () => parseModel(kind, changed(kind, path, value));
    expect(read).toThrow(reason);
    expect(read).toThrow(`the ${kind} model does not read: `);
  });

  test.each(['', 'null', '[]', '"text"', '{"kind":"value"', '7'])('what is no model at all: %j', (text) => {
    for (const kind of MODEL_KINDS) expect(() => parseModel(kind, text)).toThrow('does not read');
  });

  test('and the file is not quoted', () => {
    expect(() => parseModel('value', '{"secret":"sk_123"')).toThrow(/^(?!.*sk_123)/);
  });
});
