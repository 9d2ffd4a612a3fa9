import { join } from 'node:path';
import { addDays } from '#lib/events/calendar.ts';
import { type OwnFeatures, ownFeatures } from '#lib/features/features.ts';
import { fitCommunity } from '#lib/models/community/train.ts';
import { fitLifecycle } from '#lib/models/lifecycle/train.ts';
import { fitProfiles } from '#lib/models/profiles/train.ts';
import { fitValue } from '#lib/models/value/train.ts';
import { type PreparedModels, prepareModels } from '#lib/scoring/prepared-models.ts';
import { computeScore } from '#lib/scoring/score.ts';
import { demoDays } from '#test/infra/local/demo/demo-days.ts';
import { buildFeatureTable } from '#test/infra/local/demo/demo-features.ts';
import { buildTrainingTable, toPartitions } from '#test/lib/models/training-table.ts';
import { pythonWith, runPython } from './python.ts';
import { median, type Result } from './result.ts';

const SCORES_PER_ROUND = 40_000;
const ROUNDS = 15;
const LEAST_PER_SECOND = 200_000;
const PYTHON_CALLS = 300;

/**
 * `lib/scoring` alone on the features of the demo's members, with models fitted on them; and one member at a time
 * against the guide's way, scikit-learn with one row.
 */
export async function run(): Promise<Result[]> {
  const { members, models } = await demo();
  const plain = secondsEach(members, models, false);
  const explained = secondsEach(members, models, true);
  const rate = 1 / plain;
  const kind = models.lifecycle.ready?.classifier.kind;
  return [
    {
      name: `lib/scoring alone, one core, four models (lifecycle: ${kind}), scores/s`,
      value: `${Math.round(rate / 1000)} k (with reasons ${Math.round(1 / explained / 1000)} k)`,
      target: `≥ ${LEAST_PER_SECOND / 1000} k`,
      ok: rate >= LEAST_PER_SECOND,
    },
    ...(await againstPython(explained)),
  ];
}

function secondsEach(members: readonly OwnFeatures[], models: PreparedModels, explain: boolean): number {
  const times: number[] = [];
  let scored = 0;
  for (let round = -3; round < ROUNDS; round += 1) {
    const began = performance.now();
    for (let i = 0; i < SCORES_PER_ROUND; i += 1) {
      const score = computeScore(members[i % members.length], models, { userId: 'u_1', explain });
      if (score.profile !== null && score.value !== null) scored += 1;
    }
    if (round >= 0) times.push((performance.now() - began) / 1000 / SCORES_PER_ROUND);
  }
  if (scored !== (ROUNDS + 3) * SCORES_PER_ROUND) throw new Error('some members had no profile or value');
  return median(times);
}

async function againstPython(ours: number): Promise<Result[]> {
  const python = await pythonWith('sklearn', 'numpy');
  if (python === undefined) return [];
  const script = join(import.meta.dirname, 'scoring.py');
  const { cached, reloaded } = await runPython<{ cached: number; reloaded: number }>(python, script, [
    String(PYTHON_CALLS),
  ]);
  const named = `scikit-learn ${python.versions['sklearn']}`;
  return (
    [
      [`models cached in memory`, cached],
      [`models loaded for each request`, reloaded],
    ] as const
  ).map(([how, theirs]) => ({
    name: `one score with reasons / ${named}, one row without, ${how}`,
    value: `${(ours / theirs).toPrecision(2)} (${(ours * 1e6).toFixed(1)} / ${(theirs * 1e6).toFixed(0)} µs)`,
    target: '≤ 0.10',
    ok: ours / theirs <= 0.1,
  }));
}

async function demo(): Promise<{ members: OwnFeatures[]; models: PreparedModels }> {
  const { asOf, days } = demoDays({ now: new Date('2026-11-22T04:00:00Z') });
  const training = toPartitions(buildTrainingTable(days, asOf));
  const table = buildFeatureTable(days, asOf);
  const features = async function* () {
    yield table;
  };
  const thresholds = { newDays: 14, silentDays: 14, churnedDays: 45 };
  const head = { version: `${asOf}-00000000` };
  const models = prepareModels({
    community: { ...(await fitCommunity(features, { asOf })), ...head },
    profiles: { ...(await fitProfiles(features, { asOf })), ...head },
    lifecycle: { ...(await fitLifecycle(training, { asOf, thresholds })), ...head },
    value: { ...(await fitValue(training, { asOf, historyDays: 120, currency: 'CNY' })), ...head },
  });
  const members = table.userIds.map((id) => ownFeatures(days.get(id)!, asOf, addDays(asOf, -1)));
  return { members: members.filter((own) => own !== undefined), models };
}
