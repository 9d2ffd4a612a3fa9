import { expect, test } from 'vitest';
import { importView } from '#lib/imports/jobs/import-service.ts';
import { importRecord } from '#test/lib/http/memory-imports.ts';

const now = 1_000_000;

test('an import is at 100 % only when it is done', () => {
  const percent = (change: object) => importView(importRecord({ state: 'running', ...change }), now).percent;
  expect(percent({ bytesRead: 0 })).toBe(0);
  expect(percent({ bytesRead: 199 })).toBe(49);
  expect(percent({ bytesRead: 400 })).toBe(99);
  expect(percent({ bytesRead: 0, size: 0 })).toBe(0);
  expect(percent({ state: 'done', bytesRead: 0 })).toBe(100);
});

test('speed leaves out the time in which nobody was at it', () => {
  expect(importView(importRecord({ activeMs: 0 }), now).linesPerSecond).toBe(0);
  expect(importView(importRecord({ activeMs: 500 }), now).linesPerSecond).toBe(20);
});

test('a third run that is not heard of any more has failed, and says so', () => {
  const running = importRecord({ state: 'running', attempts: 3, leaseUntil: now });
  expect(importView(running, now)).toMatchObject({ state: 'running' });
  expect(importView(running, now + 1)).toMatchObject({
    state: 'failed',
    error: 'stopped three times without a result',
  });
  expect(importView({ ...running, error: 'out of memory' }, now + 1).error).toBe(
    'stopped three times without a result; the last time: out of memory',
  );
  expect(importView({ ...running, attempts: 2 }, now + 1)).toMatchObject({ state: 'running' });
  expect(importView({ ...running, state: 'done' }, now + 1)).toMatchObject({ state: 'done' });
});
