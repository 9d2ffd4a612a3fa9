import type { MemberDays } from '#lib/features/features.ts';
import { MODEL_KINDS } from '#lib/models/model-files.ts';
import { writePlan } from '#lib/pipeline/run-files.ts';
import { scorePartition } from '#lib/pipeline/score.ts';
import { takeSnapshot } from '#lib/pipeline/snapshot.ts';
import { trainModel } from '#lib/pipeline/train.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { amountsItem, profileItem } from '#test/lib/members/plain-fold.ts';

/** The steps of a run from snapshot to scores over some members; nothing is published. */
export async function trainedRun(
  store: ObjectStore,
  { runId, asOf, parts }: { runId: string; asOf: string; parts: number },
  members: ReadonlyMap<string, MemberDays>,
): Promise<void> {
  const userIds = [...members.keys()];
  const month = asOf.slice(0, 7);
  const all = userIds.map((userId, i) => {
    // Everybody answers the same few, and one more.
    const targets = [userIds[i % 9], userIds[(i * 7 + 1) % userIds.length]].filter((id) => id !== userId);
    const ties = targets.map((id) => amountsItem(userId, `tie#${month}#${id}`, { reply: 1 + (i % 3) }));
    return { userId, items: [...parseItems(userId, members.get(userId)!), ...ties], part: i % parts };
  });
  const sources = {
    store,
    async *members(part: number) {
      yield* all.filter((member) => member.part === part);
    },
    texts: async () => [],
  };
  await writePlan(store, runId, { asOf, parts });
  for (let part = 0; part < parts; part += 1) await takeSnapshot(sources, { runId, asOf, part, of: parts });
  const thresholds = { newDays: 14, silentDays: 14, churnedDays: 45 };
  for (const kind of MODEL_KINDS)
    await trainModel(store, { runId, asOf, kind }, { currency: 'CNY', thresholds });
  for (let part = 0; part < parts; part += 1) await scorePartition(store, { runId, asOf, part });
}

const parseItems = (userId: string, days: MemberDays) => [
  ...days.map(({ date, amounts }) => amountsItem(userId, `day#${date}`, amounts)),
  profileItem(userId, { traits: { name: { value: `名字 ${userId}`, stamp: 'x' } }, anonymousIds: [] }),
];
