import type { OwnFeatures } from '#lib/features/features.ts';
import type { ListName } from '#lib/reports/report.ts';
import { addToList, countProfile, type RankedMember, type ScoredSums } from '#lib/reports/scored-sums.ts';
import type { ScoreRow } from './parquet/score-columns.ts';

/** A scored member with what the lists go by. */
export interface ScoredMember {
  row: ScoreRow;
  own: OwnFeatures;
  interactionsBefore30: number;
  helps7: number;
}

type ListEntry = Pick<RankedMember, 'rank' | 'why'>;

/** Joined long enough ago to have settled in, not so long that it is history. */
const [STUCK_FROM, STUCK_TO] = [3, 14];
const QUIET_DAYS = 3;
/** Who was here in both of the periods that are compared. */
const RISING_TENURE_DAYS = 60;

/** Counts a member to its stage and profile, and puts it on the lists that it belongs on. */
export function addScoredMember(sums: ScoredSums, member: ScoredMember): void {
  const { userId, name, stage, profileId, profileDistance, interactions30 } = member.row;
  const listed = { userId, name, stage, profileId };
  sums.stages[stage] += 1;
  if (profileId !== null) {
    const distance = profileDistance ?? 0;
    countProfile(sums, profileId, { ...listed, rank: -distance, why: { distance, interactions30 } });
  }
  for (const [on, placeOf] of LIST_RULES) {
    const place = placeOf(member);
    if (place !== undefined) addToList(sums, on, { ...listed, ...place });
  }
}

const LIST_RULES = Object.entries({
  /** by what may be lost; without a model, silence stands for the risk and recent payments for the value */
  atRiskAndValuable({ row: { churnRisk, valueMinor, stage }, own: { payment90, recencyDays } }) {
    const rank = (churnRisk ?? (stage === 'silent' ? 1 : 0)) * (valueMinor ?? payment90);
    if (!(rank > 0)) return undefined;
    const risk = churnRisk === null ? {} : { churnRisk };
    return { rank, why: { ...risk, ...(valueMinor === null ? { payment90 } : { valueMinor }), recencyDays } };
  },
  /** by how much more they interacted than in the 30 days before */
  rising({ own: { interactions30, tenureDays }, interactionsBefore30: before30 }) {
    const rank = interactions30 - before30;
    if (rank <= 0 || tenureDays < RISING_TENURE_DAYS) return undefined;
    return { rank, why: { interactions30, before30 } };
  },
  /** by how long they have been away since they joined, without having finished one lesson */
  newAndStuck({ own: { tenureDays, recencyDays, learns30 } }) {
    const isNew = tenureDays >= STUCK_FROM && tenureDays <= STUCK_TO;
    if (!isNew || learns30 > 0 || recencyDays < QUIET_DAYS) return undefined;
    return { rank: recencyDays, why: { tenureDays, recencyDays, learns30 } };
  },
  /** by how often they answered others, or accepted an answer, in the last 7 days */
  topHelpers({ row: { influencePercentile }, helps7 }) {
    if (helps7 <= 0) return undefined;
    return { rank: helps7, why: { helps7, ...(influencePercentile !== null && { influencePercentile }) } };
  },
} satisfies Record<ListName, (member: ScoredMember) => ListEntry | undefined>) as [
  ListName,
  (member: ScoredMember) => ListEntry | undefined,
][];
