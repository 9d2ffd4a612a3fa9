/** What the sort keys of a member's days begin with in the members table: `day#YYYY-MM-DD`. */
export const DAY_PREFIX = 'day#';
/** What those of ties begin with: `tie#YYYY-MM#<target>`. */
export const TIE_PREFIX = 'tie#';

/** The sort key of a day. @param date YYYY-MM-DD */
export const dayKey = (date: string): string => DAY_PREFIX + date;

/** The sort key of a month of ties to another member. @param month YYYY-MM */
export const tieKey = (month: string, target: string): string => `${TIE_PREFIX}${month}#${target}`;

/** The month of a tie, YYYY-MM. @param sk its sort key */
export const tieMonth = (sk: string): string =>
  sk.slice(TIE_PREFIX.length, TIE_PREFIX.length + 'YYYY-MM'.length);
