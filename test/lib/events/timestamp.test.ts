import { expect, test } from 'vitest';
import { correctClockSkew, parseTimestamp } from '#lib/events/timestamp.ts';

test.each([
  ['2026-05-01T01:02:03.456Z', '2026-05-01T01:02:03.456Z'],
  ['2026-05-01T01:02:03z', '2026-05-01T01:02:03.000Z'],
  ['2026-05-01T01:02:03.123456+00:00', '2026-05-01T01:02:03.123Z'],
  ['2026-05-01T09:02:03+0800', '2026-05-01T01:02:03.000Z'],
  ['2026-05-01T09:02+08', '2026-05-01T01:02:00.000Z'],
  ['2026-05-01 01:02:03', '2026-05-01T01:02:03.000Z'],
  ['2026-05-01', '2026-05-01T00:00:00.000Z'],
])('%s is read as %s', (text, iso) => {
  expect(new Date(parseTimestamp(text) ?? Number.NaN).toISOString()).toBe(iso);
});

test.each(['', 'now', '2026', '05/01/2026', '1969-12-31T23:59:59Z', '2026-02-31T00:00:00Zjunk', 5, null, {}])(
  '%j is no time',
  (value) => {
    expect(parseTimestamp(value)).toBeUndefined();
  },
);

test('a client clock that is wrong by any amount is corrected', () => {
  const received = Date.parse('2026-05-01T12:00:00Z');
  for (const wrongBy of [-86_400_000, -1, 0, 1, 3_600_000, 31_536_000_000]) {
    const happened = received - 5_000;
    const sent = received - 1_000;
    expect(correctClockSkew(happened + wrongBy, sent + wrongBy, received)).toEqual({
      at: received - 4_000,
      clamped: false,
    });
  }
});

test('a time before 1970 after correction becomes the time received', () => {
  expect(correctClockSkew(5_000, 1e13, 1_000_000)).toEqual({ at: 1_000_000, clamped: true });
});
