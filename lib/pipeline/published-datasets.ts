/** The tables of all members that a night publishes, as Parquet by date: other tools read them too. */
export const PUBLISHED_DATASETS = ['features', 'scores'] as const;
export type PublishedDataset = (typeof PUBLISHED_DATASETS)[number];

/** What the keys of one date begin with. @param asOf YYYY-MM-DD */
export const publishedPrefix = (dataset: PublishedDataset, asOf: string): string =>
  `${dataset}/date=${asOf}/`;

/** The key of one part of a date; parts are numbered from 0 without holes. */
export const publishedKey = (dataset: PublishedDataset, asOf: string, part: number): string =>
  `${publishedPrefix(dataset, asOf)}part-${part}.parquet`;
