import { COUNTING_VERSION, type CountingRules, hashTaxonomy } from './contribution.ts';

/** What of counting rules is kept, to tell later what has changed. */
export interface RulesRecord {
  /** `rulesVersion` of them */
  version: string;
  timeZone: string;
  currency: string;
  /** hash of the event names */
  taxonomy: string;
  /** `COUNTING_VERSION` of the release */
  counting: number;
}

/** The rules that a deployment counts by, and whether all members are counted by them. */
export interface CountedRules {
  rules: RulesRecord;
  /** when they were first seen, in milliseconds since 1970 */
  since: number;
  /** when all members were counted by them, in milliseconds since 1970; undefined while they are not */
  countedAt?: number;
  /** by which all members were counted before; undefined of a release that did not say */
  before?: RulesRecord;
}

/** What changed about the rules; `release`: how zhiqun itself counts. */
export const RULE_CHANGES = ['taxonomy', 'timeZone', 'currency', 'release'] as const;
export type RuleChange = (typeof RULE_CHANGES)[number];

/** Members are being counted by other rules than before, and not all of them are yet. */
export interface UnfinishedChange {
  /** empty when rules were changed, and changed back before all members were counted */
  changed: RuleChange[];
  /** by which all members were counted before; undefined of a release that did not say */
  from?: Pick<RulesRecord, 'timeZone' | 'currency'>;
  to: Pick<RulesRecord, 'timeZone' | 'currency'>;
}

export const toRulesRecord = ({ version, calendar, currency, taxonomy }: CountingRules): RulesRecord => ({
  version,
  timeZone: calendar.timeZone,
  currency,
  taxonomy: hashTaxonomy(taxonomy),
  counting: COUNTING_VERSION,
});

/**
 * What is unfinished about counting all members by the rules of now.
 * @param counted as stored; undefined when nobody has looked yet
 * @returns undefined when all of them are counted by these
 */
export function findUnfinishedChange(
  counted: CountedRules | undefined,
  rules: RulesRecord,
): UnfinishedChange | undefined {
  if (counted !== undefined && isWhollyCounted(counted, rules)) return undefined;
  const before = counted && lastWholeRules(counted, rules);
  const { timeZone, currency } = rules;
  return {
    changed: before === undefined ? ['release'] : listChanges(before, rules),
    ...(before && { from: { timeZone: before.timeZone, currency: before.currency } }),
    to: { timeZone, currency },
  };
}

/** Whether all members are counted by these rules. */
export const isWhollyCounted = (
  { rules: { version }, countedAt }: CountedRules,
  rules: RulesRecord,
): boolean => version === rules.version && countedAt !== undefined;

/** The rules by which all members were counted last, before these. */
export function lastWholeRules(counted: CountedRules, rules: RulesRecord): RulesRecord | undefined {
  const isOfThese = counted.rules.version === rules.version;
  return isOfThese || counted.countedAt === undefined ? counted.before : counted.rules;
}

function listChanges(before: RulesRecord, after: RulesRecord): RuleChange[] {
  const differs: Record<RuleChange, boolean> = {
    taxonomy: before.taxonomy !== after.taxonomy,
    timeZone: before.timeZone !== after.timeZone,
    currency: before.currency !== after.currency,
    release: before.counting !== after.counting,
  };
  return RULE_CHANGES.filter((what) => differs[what]);
}
