import { createCalendar } from '#lib/events/calendar.ts';
import { buildTaxonomy } from '#lib/events/taxonomy.ts';
import type { Env } from '#lib/platform/env.ts';
import { type CountingRules, createCountingRules } from './contribution.ts';

/**
 * How this deployment counts, from `ZHIQUN_TIME_ZONE`, `ZHIQUN_CURRENCY` and `ZHIQUN_TAXONOMY`.
 * @throws Error naming the variable that is wrong
 */
export function countingRulesFromEnv(env: Env): CountingRules {
  const timeZone = env['ZHIQUN_TIME_ZONE'] || 'Asia/Shanghai';
  const currency = (env['ZHIQUN_CURRENCY'] || 'CNY').toUpperCase();
  const taxonomy = parseVariable('ZHIQUN_TAXONOMY', () =>
    buildTaxonomy(JSON.parse(env['ZHIQUN_TAXONOMY'] || '{}') as Record<string, string[]>),
  );
  const calendar = parseVariable('ZHIQUN_TIME_ZONE', () => createCalendar(timeZone));
  return parseVariable('ZHIQUN_CURRENCY', () => createCountingRules(taxonomy, calendar, currency));
}

function parseVariable<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Error(`${name}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
