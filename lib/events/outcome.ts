/** Went through a step; the next one goes on with what the step made, which stands beside `outcome`. */
export type Accepted<T extends object> = { outcome: 'accepted' } & T;

/** Is not meant to be stored, which is no fault. */
export interface Dropped {
  outcome: 'dropped';
  reason: string;
}

/** Is at fault; the other calls of its request, or rows of its file, are not affected. */
export interface Rejected<Code extends string = string> {
  outcome: 'rejected';
  /** of a file: the column whose cell is wrong */
  column?: string;
  /** stable, for programs */
  code: Code;
  /** what is wrong, for people */
  message: string;
}

/**
 * What became of a call or a row at one step on its way into the event log: mapping a row, checking a call. A step
 * answers this and throws nothing of it: exceptions are for what concerns all of a request or a file (it cannot be
 * read, the store does not answer), where trying again may help.
 */
export type Outcome<T extends object> = Accepted<T> | Dropped | Rejected;

export const accepted = <T extends object>(made: T): Accepted<T> => ({ outcome: 'accepted', ...made });

export const dropped = (reason: string): Dropped => ({ outcome: 'dropped', reason });

export const rejected = <Code extends string>(
  code: Code,
  message: string,
  column?: string,
): Rejected<Code> =>
  column === undefined
    ? { outcome: 'rejected', code, message }
    : { outcome: 'rejected', column, code, message };

/** Goes on with what was accepted; what was dropped or rejected stays so. */
export const andThen = <A extends object, B extends object>(
  found: Outcome<A>,
  step: (made: Accepted<A>) => Outcome<B>,
): Outcome<B> => (found.outcome === 'accepted' ? step(found) : found);

/** Of something in several parts: accepted if any part is, else rejected if any is, else dropped. */
export function overallOutcome(
  parts: readonly Pick<Outcome<object>, 'outcome'>[],
): Outcome<object>['outcome'] {
  if (parts.some(({ outcome }) => outcome === 'accepted')) return 'accepted';
  return parts.some(({ outcome }) => outcome === 'rejected') ? 'rejected' : 'dropped';
}
