import { describe, expect, test } from 'vitest';
import { CATALOGUE, FEATURES, type FeatureName } from '#lib/features/catalogue.ts';
import { OneModel } from '#lib/http/models/schema.ts';
import { buildModelCard } from '#lib/models/registry/model-card.ts';
import { parseModel } from '#lib/models/registry/models.ts';
import { prepareModels } from '#lib/scoring/prepared-models.ts';
import { computeScore } from '#lib/scoring/score.ts';
import { exampleModel, exampleModels, exampleOwn } from './example-models.ts';

/** A community model of a release that did not know a feature, as that release wrote it. */
function communityBefore(feature: FeatureName): string {
  const { means, medians, ...rest } = exampleModel('community');
  const without = (figures: typeof means) =>
    Object.fromEntries(Object.entries(figures).filter(([name]) => name !== feature));
  return JSON.stringify({ ...rest, means: without(means), medians: without(medians) });
}

const LATER = FEATURES.filter((name) => CATALOGUE[name].unknown !== undefined);

describe.each(LATER)('models from before %s came', (feature) => {
  const json = communityBefore(feature);
  const community = parseModel('community', json);

  test('are read as they are, and their cards open', () => {
    expect(community).toEqual(JSON.parse(json));
    expect(OneModel().safeParse({ live: true, model: buildModelCard(community) }).error).toBeUndefined();
  });

  test.each([Number.NaN, 0.5])('score and explain as before, whatever a member’s is by now: %d', (value) => {
    const own = exampleOwn({ [feature]: value });
    const score = computeScore(own, prepareModels({ ...exampleModels(), community }));
    expect(score).toEqual(computeScore(exampleOwn(), prepareModels(exampleModels())));
    expect(score.missing).toEqual({ influence: 'not_ranked' });
  });

  test('stand beside one that goes by it, whose reasons then have no community to compare with', () => {
    const coordinates = [{ feature, log: false, mean: 0, sd: 1 }];
    const { clusters } = exampleModel('profiles');
    const profiles = exampleModel('profiles', {
      coordinates,
      clusters: clusters.map((cluster, i) => ({ ...cluster, centroid: [i === 0 ? 1 : -1] })),
    });
    const models = prepareModels({ community, profiles });
    const { profile } = computeScore(exampleOwn({ [feature]: 0.5 }), models, { language: 'en' });
    const comparison = { mean: null, median: null, ratio: null };
    expect(profile?.reasons).toMatchObject([{ feature, value: 0.5, ...comparison }]);
    expect(profile?.reasons?.[0]?.words).not.toMatch(/mean is|NaN|undefined/);
  });
});
