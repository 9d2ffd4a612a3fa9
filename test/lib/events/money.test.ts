import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fractionDigits, requireCurrencyCode, toMinorUnits } from '#lib/events/money.ts';

test('every whole number of fen survives the way through yuan', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), (fen) => {
      expect(toMinorUnits(fen / 100, 2)).toBe(fen === 0 ? 0 : fen);
    }),
  );
});

test.each([
  [1.005, 101],
  ['19.90', 1990],
  [' 7 ', 700],
  [1e-7, 0],
  ['', undefined],
  ['¥5', undefined],
  [Number.NaN, undefined],
  [1e300, undefined],
  [null, undefined],
])('%j yuan is %j fen', (amount, fen) => {
  expect(toMinorUnits(amount, 2)).toBe(fen);
});

test('yen have no smaller unit', () => {
  expect([fractionDigits('CNY'), fractionDigits('JPY'), toMinorUnits(500, 0)]).toEqual([2, 0, 500]);
});

test.each(['', 'CN', 'yuan', 'C1Y', '¥'])('%j is refused as a currency code', (code) => {
  expect(() => requireCurrencyCode(code)).toThrow(RangeError);
});
