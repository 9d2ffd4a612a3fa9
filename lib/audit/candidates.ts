import * as z from 'zod/mini';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';
import { hashToUnit } from '#lib/platform/seeded-random.ts';

const ranked = lazySchema(() => z.object({ userId: z.string(), rank: z.number() }));
type Ranked = InferLazy<typeof ranked>;

/** Members whose counts one night compares with the log: some by chance, the most active ones, those that do not read. */
export const auditCandidates = lazySchema(() =>
  z.object({
    byChance: z.array(ranked()),
    mostActive: z.array(ranked()),
    damaged: z.array(z.string()),
  }),
);
export type AuditCandidates = InferLazy<typeof auditCandidates>;

const MAX_BY_CHANCE = 1_000;
const MAX_MOST_ACTIVE = 100;
const MAX_CORRUPT = 1_000;

export const emptyCandidates = (): AuditCandidates => ({ byChance: [], mostActive: [], damaged: [] });

/**
 * Chooses among all members that are added, in memory that does not grow with them. Every member has the same chance, and
 * another night chooses others.
 * @param runId decides who is chosen
 */
export function candidateChooser(runId: string): {
  /** @param actions in the last 30 days */
  add(userId: string, actions: number): void;
  addCorrupt(userId: string): void;
  finish(): AuditCandidates;
} {
  const chosen = emptyCandidates();
  return {
    add(userId, actions) {
      addRanked(chosen.byChance, { userId, rank: hashToUnit(`${runId}\n${userId}`, 0) }, MAX_BY_CHANCE);
      if (actions > 0) addRanked(chosen.mostActive, { userId, rank: -actions }, MAX_MOST_ACTIVE);
    },
    addCorrupt(userId) {
      if (chosen.damaged.length < MAX_CORRUPT) chosen.damaged.push(userId);
    },
    finish: () => ({
      ...chosen,
      byChance: lowestRanked(chosen.byChance, MAX_BY_CHANCE),
      mostActive: lowestRanked(chosen.mostActive, MAX_MOST_ACTIVE),
    }),
  };
}

/** The candidates of several parts of the members together. */
export function mergeCandidates(parts: readonly AuditCandidates[]): AuditCandidates {
  return {
    byChance: lowestRanked(
      parts.flatMap(({ byChance }) => byChance),
      MAX_BY_CHANCE,
    ),
    mostActive: lowestRanked(
      parts.flatMap(({ mostActive }) => mostActive),
      MAX_MOST_ACTIVE,
    ),
    damaged: parts.flatMap(({ damaged }) => damaged).slice(0, MAX_CORRUPT),
  };
}

function addRanked(list: Ranked[], one: Ranked, most: number): void {
  list.push(one);
  if (list.length >= 2 * most) list.splice(0, list.length, ...lowestRanked(list, most));
}

const lowestRanked = (list: readonly Ranked[], most: number): Ranked[] =>
  [...list].sort((a, b) => a.rank - b.rank || (a.userId < b.userId ? -1 : 1)).slice(0, most);
