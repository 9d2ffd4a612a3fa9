import type { Mapping } from '#lib/imports/mapping/schema.ts';

/** A source that has a mapping. */
export interface SourceSummary {
  source: string;
  /** from 1 on; `ready` for one that comes with the project */
  version: number | 'ready';
  /** ISO time; of stored ones */
  updatedAt?: string;
  /** the id of the key that stored it */
  createdBy?: string;
}

export interface SourceMapping extends SourceSummary {
  mapping: Mapping;
}

/** The mappings of a deployment. All methods throw StoreError. */
export interface Sources {
  /** by name */
  list(): Promise<SourceSummary[]>;
  /** the current mapping, or a version of it; undefined when there is none */
  mapping(source: string, version?: number): Promise<SourceMapping | undefined>;
  /** stores a new version unless the last one says the same; answers the one that stands */
  store(source: string, mapping: Mapping, by: string): Promise<SourceMapping>;
}
