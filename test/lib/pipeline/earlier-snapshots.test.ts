import { expect, test } from 'vitest';
import { CATALOGUE, FEATURES } from '#lib/features/catalogue.ts';
import { parquetFileWriter } from '#lib/pipeline/parquet/parquet-writer.ts';
import { SNAPSHOT_COLUMNS, type SnapshotRow } from '#lib/pipeline/parquet/schemas.ts';
import { readSnapshot } from '#lib/pipeline/partitions.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import { exampleOwn } from '#test/lib/scoring/example-models.ts';

/** A store with one part of a snapshot, as a release wrote it that did not know a feature. */
function storeBefore(feature: string): ObjectStore {
  const file = parquetFileWriter<SnapshotRow>(SNAPSHOT_COLUMNS.filter(({ name }) => name !== feature));
  const own = { ...exampleOwn({ feedbackMean: 4 }), interactionsBefore30: 0, helps7: 0 };
  for (const userId of ['ada', 'bo']) file.add({ userId, name: null, traits: null, ...own });
  const body = file.finish();
  return { get: async () => ({ body, etag: '"1"' }), put: async () => {} } as unknown as ObjectStore;
}

const LATER = FEATURES.filter((name) => CATALOGUE[name].unknown !== undefined);
const OTHERS = FEATURES.filter((name) => CATALOGUE[name].unknown === undefined && name !== 'activity');

test.each(LATER)(
  'a snapshot from before %s came is read, and it is unknown of everybody',
  async (feature) => {
    const { columns, userIds } = await readSnapshot(storeBefore(feature), 'run', 0, 2);
    expect(userIds).toEqual(['ada', 'bo']);
    expect([...columns[feature]]).toEqual([Number.NaN, Number.NaN]);
    expect([...columns.replies30]).toEqual([9, 9]);
  },
);

test.each(OTHERS)('a snapshot without %s, which every release has, is refused', async (feature) => {
  await expect(readSnapshot(storeBefore(feature), 'run', 0, 2)).rejects.toThrow(`no column "${feature}"`);
});
