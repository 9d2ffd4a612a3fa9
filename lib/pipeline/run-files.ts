/** What a run stages below `runs/<runId>/`, part by part; a lifecycle rule of the bucket clears it away after 30 days. */
export type StagedDataset = 'snapshot' | 'training' | 'ties' | 'sums' | 'features' | 'scores' | 'scored';

const JSON_PARTS: ReadonlySet<StagedDataset> = new Set<StagedDataset>(['sums', 'scored']);

/** The key of one staged part, e.g. `runs/<runId>/sums/part-0.json`. */
export const partitionKey = (runId: string, what: StagedDataset, part: number): string =>
  `runs/${runId}/${what}/part-${part}.${JSON_PARTS.has(what) ? 'json' : 'parquet'}`;

/** Thrown when a step looks for what an earlier one should have written. */
export const missingObject = (key: string): Error =>
  new Error(
    `${key} is missing: the step that writes it did not finish, or it is over 30 days old; start a new run`,
  );
