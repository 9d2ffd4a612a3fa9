import type { StageThresholds } from '#lib/models/model-files.ts';
import { type Env, wholeNumber } from '#lib/platform/env.ts';
import { DEFAULT_THRESHOLDS } from '#lib/scoring/stage.ts';
import type { TrainingConfig } from './train.ts';

const MIN_PROFILES = 2;
const MAX_PROFILES = 10;

/**
 * How a deployment wants its models, from `ZHIQUN_CURRENCY`, `ZHIQUN_PROFILES` and `ZHIQUN_LIFECYCLE`.
 * @throws Error naming the variable that is wrong
 */
export function trainingConfigFromEnv(env: Env): TrainingConfig {
  const isSet = Boolean(env['ZHIQUN_PROFILES']);
  const profiles = isSet ? wholeNumber(env, 'ZHIQUN_PROFILES', MIN_PROFILES) : undefined;
  if (profiles !== undefined && (profiles < MIN_PROFILES || profiles > MAX_PROFILES))
    throw new Error(`ZHIQUN_PROFILES must be ${MIN_PROFILES} to ${MAX_PROFILES}, not ${profiles}`);
  return {
    currency: (env['ZHIQUN_CURRENCY'] || 'CNY').toUpperCase(),
    thresholds: parseThresholds(env['ZHIQUN_LIFECYCLE'] || '{}'),
    profiles,
  };
}

/** @param json some of the thresholds; the others are as usual */
function parseThresholds(json: string): StageThresholds {
  const expected = `ZHIQUN_LIFECYCLE must be JSON such as ${JSON.stringify(DEFAULT_THRESHOLDS)}, in days, silentDays below churnedDays`;
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch (cause) {
    throw new Error(expected, { cause });
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new Error(expected);
  const unknown = Object.keys(given).find((name) => !(name in DEFAULT_THRESHOLDS));
  if (unknown !== undefined) throw new Error(`${expected}; there is no ${unknown}`);
  const thresholds: StageThresholds = { ...DEFAULT_THRESHOLDS, ...given };
  const areDays = Object.values(thresholds).every((days) => Number.isInteger(days) && days >= 1);
  if (!areDays || thresholds.silentDays >= thresholds.churnedDays) throw new Error(expected);
  return thresholds;
}
