import type { KeyRing } from '#lib/auth/keys/key-ring.ts';
import type { Sessions } from '#lib/auth/sessions/sessions.ts';
import type { Taxonomy } from '#lib/events/taxonomy.ts';
import type { ImportService } from '#lib/imports/jobs/import-service.ts';
import type { Sources } from '#lib/imports/presets/sources-table.ts';
import type { ModelKind } from '#lib/models/model-files.ts';
import type { CurrentModels } from '#lib/models/registry/current-models.ts';
import type { ModelRegistry } from '#lib/models/registry/model-registry.ts';
import type { ModelByKind } from '#lib/models/registry/models.ts';
import type { Runs } from '#lib/pipeline/run/run-record.ts';
import type { Log } from '#lib/platform/log.ts';
import type { Rebuilds } from '#lib/rebuilds/rebuild-view.ts';
import type { CountingNotice } from '#lib/rebuilds/rules-change.ts';
import type { Report } from '#lib/reports/report.ts';
import type { MemberReader } from '#lib/scoring/live/member-view.ts';
import type { ConsoleAssets } from './assets.ts';
import type { FoundMember } from './member-search.ts';

/** What is live: `models/current.json` and the report it names. */
export interface Published {
  current: CurrentModels;
  /** undefined before the first */
  report: Report | undefined;
}

/** What the nightly machine published. All methods throw StoreError. */
export interface PublishedReader {
  /** undefined before the first run */
  live(): Promise<Published | undefined>;
  /** the model of a kind that is live; undefined when there is none */
  model<K extends ModelKind>(kind: K, { current }: Published): Promise<ModelByKind[K] | undefined>;
}

/** All members as the last run scored them. */
export interface ScoredMembers {
  /** @param asOf of the report; @param version of its publication. @throws StoreError */
  all(asOf: string, version: string): Promise<readonly FoundMember[]>;
}

/** A deployment's own settings, as they are shown. */
export interface DeployedSettings {
  timeZone: string;
  currency: string;
  taxonomy: Taxonomy;
  /** of the bucket that files are uploaded to: `https://host` */
  uploadOrigin: string;
}

/** All that the console works with. */
export interface ConsoleDeps {
  sessions: Sessions;
  keys: KeyRing;
  published: PublishedReader;
  models: Pick<ModelRegistry, 'rename' | 'rollback'>;
  scored: ScoredMembers;
  runs: Runs;
  recounts: Pick<Rebuilds, 'start' | 'list' | 'get'>;
  /** what is said of all figures while not all members are counted by the same rules; never throws */
  countingNotice: () => Promise<CountingNotice | undefined>;
  members: MemberReader;
  imports: ImportService;
  sources: Sources;
  /** whether any member has done anything yet */
  anyMember: () => Promise<boolean>;
  settings: DeployedSettings;
  assets: ConsoleAssets;
  /** milliseconds since 1970 */
  now: () => number;
  log?: Log;
}
