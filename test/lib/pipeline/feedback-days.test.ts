import { expect, test } from 'vitest';
import { addDays } from '#lib/events/calendar.ts';
import { newestFeedbackDays } from '#lib/pipeline/feedback.ts';

test('of any number of days of feedback the newest 1,000 are kept', () => {
  const feedback = newestFeedbackDays();
  for (let i = 0; i < 10_000; i += 1) {
    feedback.add({ userId: `m${i}`, date: addDays('2026-09-01', (i * 37) % 80) });
  }
  const kept = feedback.days();
  expect(kept).toHaveLength(1_000);
  // 125 members a day, so the last 8 of the 80 days.
  expect(kept[0]?.date).toBe('2026-11-19');
  expect(kept.at(-1)?.date).toBe('2026-11-12');
});
