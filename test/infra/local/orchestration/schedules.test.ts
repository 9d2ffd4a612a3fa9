import { Cron } from 'croner';
import { expect, test } from 'vitest';
import { parseScheduleExpression, startSchedule } from '#infra/local/orchestration/schedules.ts';

const next = (expression: string, from: string, timezone: string) => {
  const parsed = parseScheduleExpression(expression);
  if (!('pattern' in parsed)) throw new Error('no pattern');
  return new Cron(parsed.pattern, { timezone, paused: true }).nextRun(new Date(from))?.toISOString();
};

test('cron runs by the clock of the schedule’s time zone', () => {
  expect(next('cron(0 3 * * ? *)', '2026-11-22T00:00:00Z', 'Asia/Shanghai')).toBe('2026-11-22T19:00:00.000Z');
  expect(next('cron(0 3 * * ? *)', '2026-03-28T12:00:00Z', 'Europe/Berlin')).toBe('2026-03-29T01:00:00.000Z');
});

test('days of the week count from 1, Sunday', () => {
  expect(next('cron(30 1 ? * 2 *)', '2026-11-22T12:00:00Z', 'UTC')).toBe('2026-11-23T01:30:00.000Z');
  expect(next('cron(30 1 ? * 2-6 *)', '2026-11-20T12:00:00Z', 'UTC')).toBe('2026-11-23T01:30:00.000Z');
  expect(next('cron(30 1 ? * MON#1 *)', '2026-11-22T12:00:00Z', 'UTC')).toBe('2026-12-07T01:30:00.000Z');
});

test('a rate is a number of seconds, and what is neither is refused', () => {
  expect(parseScheduleExpression('rate(5 minutes)')).toEqual({ everySeconds: 300 });
  expect(parseScheduleExpression('rate(1 hour)')).toEqual({ everySeconds: 3_600 });
  expect(parseScheduleExpression('at(2026-12-24T18:00:00)')).toEqual({ pattern: '2026-12-24T18:00:00' });
  for (const wrong of ['cron(0 3 * *)', 'rate(x)', 'daily'])
    expect(() => parseScheduleExpression(wrong)).toThrow(wrong);
});

test('a rate is called as soon as it is deployed, as EventBridge does; a time of day, or what is off, is not', () => {
  const isImmediate = (ScheduleExpression: string, State?: string): boolean => {
    const target = { run: async () => {}, retryDelaysMs: [] };
    const properties = { ScheduleExpression, ...(State && { State }), Target: {} };
    const schedule = startSchedule(properties, target, { log: () => {} });
    schedule.stop();
    return schedule.isImmediate;
  };
  expect(isImmediate('rate(20 minutes)')).toBe(true);
  expect(isImmediate('rate(20 minutes)', 'DISABLED')).toBe(false);
  expect(isImmediate('cron(0 3 * * ? *)')).toBe(false);
});
