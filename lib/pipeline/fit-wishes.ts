import type { StageThresholds } from '#lib/models/model-files.ts';
import { type Env, wholeNumber } from '#lib/platform/env.ts';
import { DEFAULT_THRESHOLDS } from '#lib/scoring/stage.ts';
import type { FitWishes } from './train.ts';

const FEWEST_PROFILES = 2;
const MOST_PROFILES = 10;

/**
 * How a deployment wants its models, from `ZHIQUN_CURRENCY`, `ZHIQUN_PROFILES` and `ZHIQUN_LIFECYCLE`.
 * @throws Error naming the variable that is wrong
 */
export function fitWishesFrom(env: Env): FitWishes {
  const isSet = Boolean(env['ZHIQUN_PROFILES']);
  const profiles = isSet ? wholeNumber(env, 'ZHIQUN_PROFILES', FEWEST_PROFILES) : undefined;
  if (profiles !== undefined && (profiles < FEWEST_PROFILES || profiles > MOST_PROFILES))
    throw new Error(`ZHIQUN_PROFILES must be ${FEWEST_PROFILES} to ${MOST_PROFILES}, not ${profiles}`);
  return {
    currency: (env['ZHIQUN_CURRENCY'] || 'CNY').toUpperCase(),
    thresholds: thresholdsFrom(env['ZHIQUN_LIFECYCLE'] || '{}'),
    profiles,
  };
}

/** @param json some of the thresholds; the others are as usual */
function thresholdsFrom(json: string): StageThresholds {
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
