import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileTimeReader, wallTimeConverter } from '#lib/imports/mapping/read-time.ts';
import { compileTimePattern } from '#lib/imports/mapping/time-pattern.ts';

const read = (text: string, format: string | string[] = 'iso', zone = 'Asia/Shanghai') => {
  const ms = compileTimeReader([format].flat(), zone)(text);
  return ms === undefined ? undefined : new Date(ms).toISOString();
};

test.each([
  ['2019-10-26 09:37:12', 'iso', '2019-10-26T01:37:12.000Z'],
  ['2019-10-26', 'iso', '2019-10-25T16:00:00.000Z'],
  ['2018-03-12T17:00:45.567Z', 'iso', '2018-03-12T17:00:45.567Z'],
  ['2018-03-12T17:00:45,5+0530', 'iso', '2018-03-12T11:30:45.500Z'],
  ['2018-03-12T17:00-03', 'iso', '2018-03-12T20:00:00.000Z'],
  ['1546300800', 'epoch-s', '2019-01-01T00:00:00.000Z'],
  ['1546300800.25', 'epoch-s', '2019-01-01T00:00:00.250Z'],
  ['1546300800123', 'epoch-ms', '2019-01-01T00:00:00.123Z'],
  ['19970101', 'yyyyMMdd', '1996-12-31T16:00:00.000Z'],
  ['26/10/2019 09:37', 'dd/MM/yyyy HH:mm[:ss]', '2019-10-26T01:37:00.000Z'],
  ['26/10/2019 09:37:12', 'dd/MM/yyyy HH:mm[:ss]', '2019-10-26T01:37:12.000Z'],
  ['2024/3/5 9:07', 'yyyy/M/d H:mm', '2024-03-05T01:07:00.000Z'],
  ['5/3/24, 9:07', 'd/M/yy, H:mm', '2024-03-05T01:07:00.000Z'],
  ['2024年3月5日 下午1:07', 'yyyy年M月d日 ah:mm', '2024-03-05T05:07:00.000Z'],
  ['3/5/2024 12:07 AM', 'M/d/yyyy h:mm a', '2024-03-04T16:07:00.000Z'],
  ['2024-03-05 at 10:00 Z', "yyyy-MM-dd 'at' HH:mm Z", '2024-03-05T10:00:00.000Z'],
])('%s as %s', (text, format, wanted) => expect(read(text, format)).toBe(wanted));

test.each([
  ['2019-02-29', 'iso'],
  ['2019-13-01', 'iso'],
  ['2019-10-26 24:00:00', 'iso'],
  ['1969-12-30', 'iso'],
  ['yesterday', 'iso'],
  ['2019-10-26 09:37:12 and more', 'iso'],
  ['31/04/2019', 'dd/MM/yyyy'],
  ['13:00 PM 2019-1-1', 'h:mm a yyyy-M-d'],
  ['-5', 'epoch-s'],
])('%s is no time', (text, format) => expect(read(text, format)).toBeUndefined());

test('formats are tried in their order', () => {
  expect(read('20240305', ['iso', 'yyyyMMdd'])).toBe(read('2024-03-05'));
});

describe('a clock that is moved', () => {
  const helsinki = (text: string) => read(text, 'iso', 'Europe/Helsinki');
  test('a time it skips is read as if it had not been moved yet', () => {
    expect(helsinki('2019-03-31 02:59:59')).toBe('2019-03-31T00:59:59.000Z');
    expect(helsinki('2019-03-31 03:30:00')).toBe('2019-03-31T01:30:00.000Z');
    expect(helsinki('2019-03-31 04:00:00')).toBe('2019-03-31T01:00:00.000Z');
  });
  test('of a time it shows twice the first is meant', () => {
    expect(helsinki('2019-10-27 03:30:00')).toBe('2019-10-27T00:30:00.000Z');
    expect(helsinki('2019-10-27 04:00:00')).toBe('2019-10-27T02:00:00.000Z');
  });
});

test('what a clock in any zone shows is the instant it was, but for the hour shown twice', () => {
  const zone = fc.constantFrom(
    'Asia/Shanghai',
    'Europe/Helsinki',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'UTC',
    'Pacific/Apia',
  );
  fc.assert(
    fc.property(zone, fc.integer({ min: Date.UTC(1973), max: Date.UTC(2037) }), (timeZone, ms) => {
      const shown = toWallTime(ms, timeZone);
      const back = wallTimeConverter(timeZone)(shown);
      expect(toWallTime(back, timeZone)).toBe(shown);
      expect(back).toBeLessThanOrEqual(ms);
    }),
  );
});

function toWallTime(ms: number, timeZone: string): number {
  const text = new Date(ms).toLocaleString('sv-SE', { timeZone });
  return Date.parse(`${text.replace(' ', 'T')}Z`) + (ms % 1000);
}

test.each(['yyyy', 'MM-dd', 'yyyy-MM-dd x', 'yyyy-MM-dd[ HH', "yyyy-MM-dd 'at", 'yyyy-MM-dd MM'])(
  'the pattern %s is refused',
  (pattern) => expect(() => compileTimePattern(pattern)).toThrow(/time format/),
);
