import { expect, test } from 'vitest';
import { demoCommunity } from '#infra/local/demo/community.ts';
import { GROUP_PLANS } from '#infra/local/demo/groups.ts';
import { adjustedRandIndex, clustersOf, zScored } from './clusters.ts';
import { actsByMember, dayOf, type Features, featuresOf } from './features-of.ts';

const now = new Date('2025-11-22T13:07:00Z');

test.each([5, 6])('plain K-means with k = %i finds the strong hidden groups', (k) => {
  const { members, calls } = demoCommunity({ now });
  const acts = actsByMember(calls);
  const seen = members.flatMap(({ userId, group }) => {
    const features = featuresOf(acts.get(userId) ?? [], dayOf(now.getTime()));
    return features === undefined ? [] : [{ group, row: rowOf(features) }];
  });
  const labels = clustersOf(zScored(seen.map(({ row }) => row)), k);
  const strong = seen
    .map(({ group }, i) => ({ group, label: labels[i] }))
    .filter(({ group }) => GROUP_PLANS[group].strong);
  const index = adjustedRandIndex(
    strong.map(({ group }) => group),
    strong.map(({ label }) => label),
  );
  expect(index).toBeGreaterThan(0.85);
});

/** Counts and money on a log scale, the rest as it is. */
function rowOf(features: Features): number[] {
  const { post, reply, like, attend, view, learn, accept } = features.counts30;
  const { orders90, payment30, payment90, paymentTotal } = features;
  const counts = [
    post,
    reply,
    like,
    attend,
    view,
    learn,
    accept,
    orders90,
    payment30,
    payment90,
    paymentTotal,
  ];
  return [
    ...counts.map((n) => Math.log1p(Math.max(0, n))),
    features.activeDays30,
    features.activeDays90,
    features.recencyDays,
    features.tenureDays,
    features.retention,
    features.feedbackMean ?? 4,
  ];
}
