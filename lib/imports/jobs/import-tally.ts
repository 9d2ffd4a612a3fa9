import type { RejectedLine, RowOutcome } from './row-outcome.ts';

const LINES_JUDGED = 1_000;
const FIRST_REFUSALS = 20;

/** What has become of a file's lines so far; always `lines = accepted + dropped + refused`. */
export interface Sums {
  /** rows, each counted once however many lines or calls it has; header and blank lines are no rows */
  lines: number;
  accepted: number;
  dropped: number;
  refused: number;
  /** of the first 1,000 lines, those refused */
  refusedAtFirst: number;
  firstRefusals: RejectedLine[];
}

export const NO_SUMS: Readonly<Sums> = {
  lines: 0,
  accepted: 0,
  dropped: 0,
  refused: 0,
  refusedAtFirst: 0,
  firstRefusals: [],
};

/** Counts outcomes; `sums` can be stored and counting go on from it later. */
export interface ImportTally {
  add(outcome: Pick<RowOutcome, 'outcome' | 'refusals'>): void;
  sums(): Sums;
  /** why the import must stop: more than half of the first 1,000 lines were refused; undefined if it may go on */
  stopReason(): string | undefined;
}

/** @param start what was counted before, when an import is taken up again */
export function importTally(start: Readonly<Sums> = NO_SUMS): ImportTally {
  const counted: Sums = { ...start, firstRefusals: [...start.firstRefusals] };
  return {
    add({ outcome, refusals }) {
      counted.lines += 1;
      counted[outcome] += 1;
      if (outcome === 'refused' && counted.lines <= LINES_JUDGED) counted.refusedAtFirst += 1;
      for (const refusal of refusals) {
        if (counted.firstRefusals.length < FIRST_REFUSALS) counted.firstRefusals.push(refusal);
      }
    },
    sums: () => ({ ...counted, firstRefusals: [...counted.firstRefusals] }),
    stopReason() {
      if (counted.lines < LINES_JUDGED || counted.refusedAtFirst * 2 <= LINES_JUDGED) return undefined;
      const [first] = counted.firstRefusals;
      const example = first === undefined ? '' : `, e.g. line ${first.line}: ${first.message}`;
      return (
        `stopped: ${counted.refusedAtFirst} of the first ${LINES_JUDGED} lines were refused, so the file is not what its ` +
        `mapping says${example}`
      );
    },
  };
}
