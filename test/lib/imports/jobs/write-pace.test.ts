import { expect, test } from 'vitest';
import { adaptivePace } from '#lib/imports/jobs/write-pace.ts';

test('a table that takes everything is asked for more, up to 32 calls at once', () => {
  const pace = adaptivePace();
  const before = pace.callsInFlight();
  for (let i = 0; i < 20; i += 1) pace.onCallDone(false);
  expect(pace.callsInFlight()).toBe(before + 1);
  for (let i = 0; i < 2_000; i += 1) pace.onCallDone(false);
  expect(pace.callsInFlight()).toBe(32);
});

test('a table that refuses something is asked for half as much, but never for nothing', () => {
  const pace = adaptivePace();
  const before = pace.callsInFlight();
  pace.onCallDone(true);
  expect(pace.callsInFlight()).toBe(before / 2);
  for (let i = 0; i < 10; i += 1) pace.onCallDone(true);
  expect(pace.callsInFlight()).toBe(1);
});
