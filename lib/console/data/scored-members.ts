import type { ScoredMembers } from '#lib/console/data/deps.ts';
import type { Stage } from '#lib/models/model-files.ts';
import { openParquet } from '#lib/pipeline/parquet/parquet-reader.ts';
import { SCORE_COLUMNS } from '#lib/pipeline/parquet/schemas.ts';
import { publishedKey } from '#lib/pipeline/published-datasets.ts';
import type { ObjectStore } from '#lib/platform/object-store.ts';
import type { FoundMember } from './member-search.ts';

/**
 * Last night's scores of all members, from `scores/date=…/part-<i>.parquet`. Only the columns that lists and searches go
 * by are decoded, and those of the last date asked for are kept.
 * @param version distinguishes one publication of a date from the next
 */
export function scoredMembers(store: ObjectStore): ScoredMembers {
  let cached: { key: string; members: Promise<readonly FoundMember[]> } | undefined;
  return {
    async all(asOf, version) {
      const key = `${asOf} ${version}`;
      if (cached?.key !== key) cached = { key, members: readScores(store, asOf) };
      const { members } = cached;
      members.catch(() => {
        if (cached?.members === members) cached = undefined;
      });
      return members;
    },
  };
}

const TEXTS = ['userId', 'name', 'stage', 'profileId', 'traits'] as const;
const NUMBERS = ['interactions30', 'activityPercentile', 'retention', 'churnRisk', 'valueMinor'] as const;
const AGAIN = 'A run as of its date makes it again.';

async function readScores(store: ObjectStore, asOf: string): Promise<FoundMember[]> {
  const all: FoundMember[] = [];
  for (let part = 0; ; part += 1) {
    const key = publishedKey('scores', asOf, part);
    const stored = await store.get(key);
    if (stored === undefined) return all;
    const columns = openParquet({ key, body: stored.body, columns: SCORE_COLUMNS, todo: AGAIN });
    const texts = await Promise.all(TEXTS.map((name) => columns.texts(name)));
    const numbers = await Promise.all(NUMBERS.map((name) => columns.numbers(name)));
    const text = (column: number, row: number) => texts[column]?.[row] ?? null;
    const number = (column: number, row: number): number | null => {
      const value = numbers[column]?.[row] ?? Number.NaN;
      return Number.isNaN(value) ? null : value;
    };
    for (let row = 0; row < columns.rows; row += 1) {
      all.push({
        userId: text(0, row) ?? '',
        name: text(1, row),
        traits: text(4, row),
        stage: (text(2, row) ?? 'churned') as Stage,
        profileId: text(3, row),
        interactions30: number(0, row) ?? 0,
        activityPercentile: number(1, row),
        retention: number(2, row),
        churnRisk: number(3, row),
        valueMinor: number(4, row),
      });
    }
  }
}
