import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, createCalendar } from '#lib/events/calendar.ts';

test('a day begins at midnight in the business time zone', () => {
  const { dateAt, startOf } = createCalendar('Asia/Shanghai');
  expect(dateAt(Date.parse('2026-03-01T15:59:59.999Z'))).toBe('2026-03-01');
  expect(dateAt(Date.parse('2026-03-01T16:00:00.000Z'))).toBe('2026-03-02');
  expect(startOf('2026-03-02')).toBe(Date.parse('2026-03-01T16:00:00.000Z'));
});

test.each(['Asia/Shanghai', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'])(
  'in %s every instant has the date and the time that the platform says, and lies in the day of that date',
  (timeZone) => {
    const { dateAt, startOf, timeOfDayAt } = createCalendar(timeZone);
    const format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium' });
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1995, 0, 1), max: Date.UTC(2035, 0, 1) }), (ms) => {
        const date = dateAt(ms);
        expect(date).toBe(format.format(ms));
        expect(new Date(timeOfDayAt(ms)).toISOString().slice(11, 19)).toBe(clock.format(ms));
        expect(startOf(date)).toBeLessThanOrEqual(ms);
        expect(startOf(addDays(date, 1))).toBeGreaterThan(ms);
      }),
    );
  },
);

test.each(['PRC', 'Asia/Calcutta', 'Etc/GMT+8'])(
  '%s is a time zone, though it is another name of one',
  (timeZone) => {
    expect(createCalendar(timeZone).dateAt(Date.parse('2026-03-01T12:00:00Z'))).toBe('2026-03-01');
  },
);

test('an unknown time zone is an error', () => {
  expect(() => createCalendar('Asia/Nowhere')).toThrow(RangeError);
});
