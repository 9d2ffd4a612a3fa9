import { expect, test } from 'vitest';
import { GROUP_PLANS } from '#infra/local/demo/groups.ts';
import { computeVersion } from '#lib/models/model-version.ts';
import { adjustedRandIndex } from '#lib/models/numeric/kmeans/cluster-quality.ts';
import { assignClusters } from '#lib/models/profiles/rows.ts';
import { fitProfiles } from '#lib/models/profiles/train.ts';
import type { FittedModel } from '#lib/models/registry/models.ts';
import { demoDays } from './demo-days.ts';
import { buildFeatureTable } from './demo-features.ts';

// The shapes of weeks and the moment of the day must not matter, since people load the demo whenever they like.
const moments = [
  ...Array.from({ length: 7 }, (_, day) => new Date(Date.UTC(2025, 10, 17 + day, 3 * day, 30))),
  new Date('2026-02-28T15:59:00Z'),
  new Date('2026-07-01T16:00:00Z'),
];

test.each(moments)('profiles find the strong hidden groups, their number included (%s)', async (now) => {
  const demo = demoDays({ now });
  const model = await trainProfiles(demo);
  expect(model.card.chosenBy).toBe('silhouette');
  expect(agreement(model, demo)).toBeGreaterThan(0.85);
  expect(model.clusters.map(({ name }) => name.zh).sort()).toEqual(
    ['活动达人', '高互动答疑者', '高价值学员', '沉默潜水者', '流失成员'].sort(),
  );
});

test('from one night to the next hardly anybody changes profile, and names stay', async () => {
  const [before, after] = [moments[4]!, moments[5]!].map((now) => demoDays({ now }));
  const first = await trainProfiles(before!);
  const second = await trainProfiles(after!, first);
  const { adjustedRandIndex: index, movedShare } = second.card.previous!;
  expect(index).toBeGreaterThan(0.95);
  expect(movedShare).toBeLessThan(0.02);
  const names = ({ clusters }: FittedModel<'profiles'>) => clusters.map(({ id, name }) => [id, name.en]);
  expect(names(second)).toEqual(names(first));
});

test.each([200, 2_000])('in a community of %i too', async (members) => {
  const demo = demoDays({ now: moments[3]!, members });
  expect(agreement(await trainProfiles(demo), demo)).toBeGreaterThan(0.8);
});

type Demo = ReturnType<typeof demoDays>;

async function trainProfiles({ days, asOf }: Demo, previous?: FittedModel<'profiles'>) {
  const table = buildFeatureTable(days, asOf);
  const parts = async function* () {
    yield table;
  };
  const model = await fitProfiles(parts, previous === undefined ? { asOf } : { asOf, previous });
  if (model.status !== 'fitted') throw new Error('the demo must be enough for profiles');
  return { ...model, version: computeVersion(model) };
}

/** Adjusted Rand index between the strong groups and the profiles of their members. */
function agreement(model: FittedModel<'profiles'>, { days, asOf, groups }: Demo): number {
  const { userIds, columns } = buildFeatureTable(days, asOf);
  const profiles = assignClusters(model, columns);
  const strong = userIds.flatMap((userId, i) => {
    const group = groups.get(userId)!;
    return GROUP_PLANS[group].strong ? [{ group, profile: profiles[i] }] : [];
  });
  return adjustedRandIndex(
    strong.map(({ group }) => group),
    strong.map(({ profile }) => profile),
  );
}
