import { expect, test } from 'vitest';
import { readCandidates, readResult } from '#lib/audit/audit.ts';
import { partitionKey, readFittedModels, readPlan, readScored, readSums } from '#lib/pipeline/run-files.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { emptyScoredSums } from '#lib/reports/scored-sums.ts';
import { emptySums } from '#lib/reports/sums.ts';

const RUN = 'run-1';

/** A store of some objects, each as JSON. */
function storeOf(objects: Record<string, unknown>): ObjectStore {
  const get = async (key: string) => {
    if (!(key in objects)) return undefined;
    return { body: new TextEncoder().encode(JSON.stringify(objects[key])), etag: '' };
  };
  return { get, put: async () => {} } as ObjectStore;
}

test('sums of a release that did not know an action yet have zeros for it', async () => {
  const sums = { ...emptySums('2026-11-22'), members: 3 };
  const { redeem: _, ...known } = sums.actions;
  const store = storeOf({
    [partitionKey(RUN, 'sums', 0)]: { ...sums, actions: known },
    [partitionKey(RUN, 'sums', 1)]: sums,
  });
  const all = await readSums(store, RUN, 2);
  expect(all.members).toBe(6);
  expect(all.actions.redeem).toEqual(sums.actions.redeem);
});

test('scored sums of a release that did not know a list yet have an empty one', async () => {
  const { lists, ...scored } = emptyScoredSums();
  const { topHelpers: _, ...known } = lists;
  const store = storeOf({ [partitionKey(RUN, 'scored', 0)]: { ...scored, lists: known } });
  expect(await readScored(store, RUN, 1)).toEqual(emptyScoredSums());
});

test('what another release wrote in the middle of a run fails the step with the object, the place and what to do', async () => {
  const sums = emptySums('2026-11-22');
  const store = storeOf({
    [`runs/${RUN}/plan.json`]: { asOf: '2026-11-22', partitions: 2 },
    [`runs/${RUN}/fits/community.json`]: { kind: 'community' },
    [partitionKey(RUN, 'sums', 0)]: { ...sums, weeks: undefined },
    [partitionKey(RUN, 'scored', 0)]: { ...emptyScoredSums(), profiles: [] },
    [`runs/${RUN}/audit/candidates-0.json`]: { byChance: [], mostActive: [{ userId: 'u_1' }], damaged: [] },
    [`runs/${RUN}/audit/result.json`]: { chosen: 1 },
  });
  const todo =
    'Another release of zhiqun wrote it, before one was deployed in the middle of this run, or it is damaged: start a new run.';
  const refused = (key: string, why: string) => `runs/${RUN}/${key}.json does not read: ${why}. ${todo}`;
  await expect(readPlan(store, RUN)).rejects.toThrow(
    refused('plan', 'parts must be a finite number, not nothing'),
  );
  await expect(readSums(store, RUN, 1)).rejects.toThrow(
    refused('sums/part-0', 'weeks must be an object, not nothing'),
  );
  await expect(readScored(store, RUN, 1)).rejects.toThrow(
    'profiles must be an object, not []. Another release',
  );
  await expect(readCandidates(store, RUN, 1)).rejects.toThrow(
    refused('audit/candidates-0', 'mostActive[0].rank must be a finite number, not nothing'),
  );
  await expect(readResult(store, RUN)).rejects.toThrow(
    'checked must be a finite number, not nothing. Another release',
  );
  await expect(readFittedModels(store, RUN)).rejects.toThrow(
    'version must be a text, not nothing. Another release',
  );
});
