import { globSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Names and words that were given up for the terms of the field, or for plain English, with what to say instead. */
const RETIRED: Record<string, string> = {
  Said: 'FeatureExplanation',
  ScoreWish: 'ScoreViewOptions',
  ScoresWish: 'ScoresRequest',
  FitWishes: 'TrainingConfig',
  ProfileWishes: 'ProfilesTrainingConfig',
  MappingWish: 'MappingForm',
  PreviewWish: 'PreviewRequest',
  RollbackWish: 'RollbackOptions',
  wish: 'options, input, scope',
  wishes: 'options, config, requests',
  ApiParts: 'ApiDeps',
  ConsoleParts: 'ConsoleDeps',
  KeyRingParts: 'KeyRingDeps',
  SessionParts: 'SessionDeps',
  RunsParts: 'RunsDeps',
  PlanSources: 'PlanDeps',
  SnapshotSources: 'SnapshotDeps',
  PublishSources: 'PublishDeps',
  ReportSources: 'ReportInput',
  ImportPorts: 'ImportRunDeps',
  ImportDependencies: 'ImportJobDeps',
  TrackDependencies: 'TrackDeps',
  eachPart: 'eachPartition',
  openPart: 'openPartition',
  scorePart: 'scorePartition',
  ImportDesk: 'ImportService',
  importDesk: 'importService',
  Refusal: 'RejectedEvent',
  RefusalCode: 'RejectionCode',
  Reception: 'IngestContext',
  readCall: 'parseCall',
  readCalls: 'parseCalls',
  mended: 'rebuilt, repaired, fixed',
  isDamaged: 'isCorrupt',
  stranger: 'unknown member, unknown key',
  strangers: 'unknown members',
  strangerAnswer: 'unauthenticatedResponse',
  strays: 'unlinked events',
  moveStrays: 'moveUnlinkedEvents',
  signInTries: 'signInAttempts',
  formToken: 'csrfToken',
  FormToken: 'CsrfField',
  bestPairs: 'solveAssignment',
  RowReducer: 'Tsqr',
  RobustErrors: 'Hc3',
  reach95: 'tQuantile975',
  heldOutQuality: 'evaluateHeldOut',
  Holding: 'CachePolicy',
  takeTurn: 'acquireLease',
  giveBackTurn: 'releaseLease',
  claimRun: 'acquireRunLease',
  TURN_MS: 'LEASE_MS',
  SILENCE_MS: 'LEASE_MS',
  NightFunctions: 'PipelineFunctions',
  nightlyRuns: 'pipelineRuns',
  nightMembers: 'pipelineMembers',
  fittedNight: 'trainedRun',
  seesWhatIsMissing: 'grantListBucket',
  sendsTo: 'grantSendMessages',
  withoutLeftOut: 'bundleStubs',
  LeftOut: 'BundleStub',
  lookOf: 'createViewContext',
  frameWords: 'layoutMessages',
  StandingCard: 'KpiCard',
  standings: 'kpis',
  actionWords: 'actionNames',
  featureWords: 'featureNames',
  todayWords: 'todayMessages',
  FigureCard: 'ChartCard',
  trendsFigures: 'trendsCharts',
  figuresOf: 'computePredictions',
  toldBy: 'parseProblem',
  faultOf: 'describeIssue',
  ScoreFault: 'ScoreError',
  gaveUp: 'giveUpMessage',
  spreadStarts: 'kmeansPlusPlusInit',
  strainOf: 'computeSamplingWeights',
  contributionsOf: 'explainValue',
  contributionOf: 'computeContribution',
  carriedProfiles: 'matchClusters',
  fitKind: 'trainModel',
  pageRankOf: 'computePageRank',
  SETTLED: 'TOLERANCE',
  countingOver: 'createCountingDeps',
  countAnew: 'recountOrThrow',
  RecountRecord: 'RebuildRecord',
  recountsOver: 'createRebuilds',
  anew: 'again; of members: rebuild',
};

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TEXTS = new Set(['.ts', '.tsx', '.css', '.md', '.json', '.py']);
/** The changelog speaks of what was, `words.test.ts` of what is retired, and fixtures were written by earlier releases. */
const EXCLUDED = /^(CHANGELOG|package-lock)|words\.test\.ts$|^test\/fixtures\/.*\//;

test('no file says a name or a word that was given up for the term of the field', () => {
  const word = new RegExp(`(?<![\\w$])(?:${Object.keys(RETIRED).join('|')})(?![\\w$])`, 'g');
  const files = globSync(['*.{ts,md,json}', '{docs,functions,infra,lib,test}/**/*'], { cwd: ROOT }).filter(
    (file) => TEXTS.has(extname(file)) && !EXCLUDED.test(file),
  );
  expect(files.length).toBeGreaterThan(500);
  const found = files.flatMap((file) =>
    readFileSync(`${ROOT}/${file}`, 'utf8')
      .split('\n')
      .flatMap((line, i) =>
        [...line.matchAll(word)].map(([old]) => `${file}:${i + 1} ${old} -> ${RETIRED[old]}`),
      ),
  );
  expect(found).toEqual([]);
});
