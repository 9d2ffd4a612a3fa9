import { ApiError } from '#lib/platform/errors.ts';

const DATE = /^\d{4}-\d\d-\d\d$/;

/**
 * The date a run is as of.
 * @param asOf YYYY-MM-DD; today when there is none
 * @param today in the business's time zone
 * @throws ApiError 400 `date_invalid`, `date_in_future`
 */
export function parseRunDate(asOf: string | undefined, today: string): string {
  if (asOf === undefined) return today;
  const ms = DATE.test(asOf) ? Date.parse(asOf) : Number.NaN;
  // 2026-02-30 is read as a day of March.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== asOf)
    throw new ApiError(400, 'date_invalid', `"${asOf}" is no date: write it as YYYY-MM-DD.`);
  if (asOf > today)
    throw new ApiError(
      400,
      'date_in_future',
      `${asOf} is still to come. A run is as of today (${today}) or of a day before.`,
    );
  return asOf;
}
