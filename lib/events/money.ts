// Far above any order, far below where adding integers loses precision.
const MAX_MINOR = 1e13;

/** @throws RangeError when the text does not have the form of an ISO 4217 code: three letters */
export function requireCurrencyCode(currency: string): void {
  if (!/^[A-Za-z]{3}$/.test(currency))
    throw new RangeError(`"${currency}" is no currency code of three letters, such as CNY`);
}

/** How many decimal digits a currency has: 2 for CNY, 0 for JPY. @throws RangeError when it is no currency code */
export function fractionDigits(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

/**
 * An amount in major units, as a number or a numeric string, in whole minor units (yuan → fen), half rounded up.
 * @returns undefined when it is no amount
 */
export function toMinorUnits(amount: unknown, digits: number): number | undefined {
  const text = typeof amount === 'number' ? String(amount) : amount;
  if (typeof text !== 'string' || text.trim() === '') return undefined;
  // Shifting the decimal text, not multiplying, keeps 1.005 yuan from becoming 100.49… fen.
  const shifted = Number(`${text.trim()}e${digits}`);
  const minor = Math.round(Number.isNaN(shifted) ? Number(text) * 10 ** digits : shifted);
  return Math.abs(minor) <= MAX_MINOR ? minor : undefined;
}
