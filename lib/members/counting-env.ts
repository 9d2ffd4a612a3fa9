import { calendarOf } from '#lib/events/calendar.ts';
import { taxonomyWith } from '#lib/events/taxonomy.ts';
import type { Env } from '#lib/platform/env.ts';
import { type CountingRules, countingRules } from './contribution.ts';

/**
 * How this deployment counts, from `ZHIQUN_TIME_ZONE`, `ZHIQUN_CURRENCY` and `ZHIQUN_TAXONOMY`.
 * @throws Error naming the variable that is wrong
 */
export function countingRulesFrom(env: Env): CountingRules {
  const timeZone = env['ZHIQUN_TIME_ZONE'] || 'Asia/Shanghai';
  const currency = (env['ZHIQUN_CURRENCY'] || 'CNY').toUpperCase();
  const taxonomy = readPart('ZHIQUN_TAXONOMY', () =>
    taxonomyWith(JSON.parse(env['ZHIQUN_TAXONOMY'] || '{}') as Record<string, string[]>),
  );
  const calendar = readPart('ZHIQUN_TIME_ZONE', () => calendarOf(timeZone));
  return readPart('ZHIQUN_CURRENCY', () => countingRules(taxonomy, calendar, currency));
}

function readPart<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Error(`${name}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
