import { idKey } from '#lib/platform/id-key.ts';

/** Members whose counts one night compares with the log: some by chance, the most active ones, those that do not read. */
export interface AuditCandidates {
  byChance: Ranked[];
  mostActive: Ranked[];
  damaged: string[];
}

interface Ranked {
  userId: string;
  rank: number;
}

const BY_CHANCE = 1_000;
const MOST_ACTIVE = 100;
const MOST_DAMAGED = 1_000;

export const noCandidates = (): AuditCandidates => ({ byChance: [], mostActive: [], damaged: [] });

/**
 * Chooses among all members that are added, in memory that does not grow with them. Every member has the same chance, and
 * another night chooses others.
 * @param runId decides who is chosen
 */
export function candidateChooser(runId: string): {
  /** @param actions in the last 30 days */
  add(userId: string, actions: number): void;
  addDamaged(userId: string): void;
  finish(): AuditCandidates;
} {
  const chosen = noCandidates();
  return {
    add(userId, actions) {
      keep(chosen.byChance, { userId, rank: idKey(`${runId}\n${userId}`, 0) }, BY_CHANCE);
      if (actions > 0) keep(chosen.mostActive, { userId, rank: -actions }, MOST_ACTIVE);
    },
    addDamaged(userId) {
      if (chosen.damaged.length < MOST_DAMAGED) chosen.damaged.push(userId);
    },
    finish: () => ({
      ...chosen,
      byChance: least(chosen.byChance, BY_CHANCE),
      mostActive: least(chosen.mostActive, MOST_ACTIVE),
    }),
  };
}

/** The candidates of several parts of the members together. */
export function mergedCandidates(parts: readonly AuditCandidates[]): AuditCandidates {
  return {
    byChance: least(
      parts.flatMap(({ byChance }) => byChance),
      BY_CHANCE,
    ),
    mostActive: least(
      parts.flatMap(({ mostActive }) => mostActive),
      MOST_ACTIVE,
    ),
    damaged: parts.flatMap(({ damaged }) => damaged).slice(0, MOST_DAMAGED),
  };
}

function keep(list: Ranked[], one: Ranked, most: number): void {
  list.push(one);
  if (list.length >= 2 * most) list.splice(0, list.length, ...least(list, most));
}

const least = (list: readonly Ranked[], most: number): Ranked[] =>
  [...list].sort((a, b) => a.rank - b.rank || (a.userId < b.userId ? -1 : 1)).slice(0, most);
