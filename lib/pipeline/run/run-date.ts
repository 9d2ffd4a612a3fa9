import { ApiError } from '#lib/platform/errors.ts';

const DATE = /^\d{4}-\d\d-\d\d$/;

/**
 * The date a run is as of.
 * @param wish YYYY-MM-DD; today when there is none
 * @param today in the business's time zone
 * @throws ApiError 400 `date_invalid`, `date_in_future`
 */
export function runDate(wish: string | undefined, today: string): string {
  if (wish === undefined) return today;
  const ms = DATE.test(wish) ? Date.parse(wish) : Number.NaN;
  // 2026-02-30 is read as a day of March.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== wish)
    throw new ApiError(400, 'date_invalid', `"${wish}" is no date: write it as YYYY-MM-DD.`);
  if (wish > today)
    throw new ApiError(
      400,
      'date_in_future',
      `${wish} is still to come. A run is as of today (${today}) or of a day before.`,
    );
  return wish;
}
