import { addDays } from '#lib/events/calendar.ts';
import { type MemberDays, type OwnFeatures, ownFeatures } from '#lib/features/features.ts';
import type { SnapshotRow, TrainingRow } from './parquet/schemas.ts';
import type { ParsedMember } from './parse-member.ts';

const HELP_DAYS = 7;
const OUTCOME_DAYS = 30;

/** A member's rows: as of the run's date, and, who was a member by then, as of 30 days before with what followed. */
export interface MemberRows {
  snapshot: SnapshotRow;
  training: TrainingRow | undefined;
}

/**
 * A function that makes the rows of one member after the other.
 * @param asOf YYYY-MM-DD; what came before it counts
 * @returns answers undefined for who had done nothing by then
 */
export function memberRows(
  asOf: string,
): (userId: string, member: Pick<ParsedMember, 'name' | 'traits' | 'days'>) => MemberRows | undefined {
  const then = addDays(asOf, -OUTCOME_DAYS);
  const [through, throughThen] = [addDays(asOf, -1), addDays(then, -1)];
  const helpsFrom = addDays(asOf, -HELP_DAYS);
  return (userId, { name, traits, days }) => {
    const own = ownFeatures(days, asOf, through);
    if (own === undefined) return undefined;
    const earlier = ownFeatures(days, then, throughThen);
    return {
      snapshot: {
        userId,
        name,
        traits,
        ...own,
        interactionsBefore30: earlier?.interactions30 ?? 0,
        helps7: helpsBetween(days, helpsFrom, through),
      },
      training: earlier && { userId, ...earlier, ...computeOutcome(own) },
    };
  };
}

/** What the 30 days after the training features brought is what the features of now say of the last 30 days. */
const computeOutcome = ({
  payment30,
  activeDays30,
}: OwnFeatures): Pick<TrainingRow, 'paymentNext30' | 'activeNext30'> => ({
  paymentNext30: payment30,
  activeNext30: activeDays30 > 0 ? 1 : 0,
});

function helpsBetween(days: MemberDays, from: string, through: string): number {
  let helps = 0;
  for (let i = days.length - 1; i >= 0; i -= 1) {
    const { date, amounts } = days[i]!;
    if (date < from) break;
    if (date <= through) helps += (amounts['reply'] ?? 0) + (amounts['accept'] ?? 0);
  }
  return helps;
}
