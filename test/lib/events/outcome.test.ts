import { expect, test } from 'vitest';
import { accepted, andThen, dropped, type Outcome, overallOutcome, rejected } from '#lib/events/outcome.ts';

const wrong = rejected('time_invalid', '"x" is no time', 'when');

test('the next step sees only what was accepted; what was dropped or rejected stays as it is', () => {
  const half = ({ n }: { n: number }): Outcome<{ half: number }> =>
    n % 2 === 0 ? accepted({ half: n / 2 }) : rejected('odd', `${n} is odd`);
  expect(andThen(accepted({ n: 6 }), half)).toEqual({ outcome: 'accepted', half: 3 });
  expect(andThen(accepted({ n: 7 }), half)).toEqual({
    outcome: 'rejected',
    code: 'odd',
    message: '7 is odd',
  });
  for (const ended of [dropped('not meant'), wrong]) expect(andThen(ended, half)).toBe(ended);
});

test.each([
  [[dropped('a'), wrong, accepted({})], 'accepted'],
  [[dropped('a'), wrong], 'rejected'],
  [[dropped('a')], 'dropped'],
])('something in several parts counts as its best part', (parts, overall) => {
  expect(overallOutcome(parts)).toBe(overall);
  expect(overallOutcome(parts.toReversed())).toBe(overall);
});
