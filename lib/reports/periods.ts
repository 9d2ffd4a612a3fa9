import { dayNumber } from '#lib/features/features.ts';

/** Weeks since the Monday before 1970-01-01, a Thursday. @param day days since 1970-01-01 */
export const weekNumber = (day: number): number => Math.floor((day + 3) / 7);

/** The Monday that a week begins on, YYYY-MM-DD. */
export const weekDate = (week: number): string => dateOf(week * 7 - 3);

/** Months since the year 0. @param date YYYY-MM-DD */
export function monthNumber(date: string): number {
  const digit = (at: number): number => date.charCodeAt(at) - 48;
  const year = digit(0) * 1000 + digit(1) * 100 + digit(2) * 10 + digit(3);
  return year * 12 + digit(5) * 10 + digit(6) - 1;
}

/** YYYY-MM */
export const monthText = (month: number): string =>
  `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;

/** YYYY-MM-DD. @param day days since 1970-01-01 */
export const dateOf = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** The numbers of the last day, week and month that a report as of a date shows: those of the day before. */
export function lastPeriods(asOf: string): { day: number; week: number; month: number } {
  const day = dayNumber(asOf) - 1;
  return { day, week: weekNumber(day), month: monthNumber(dateOf(day)) };
}
