import { describe, expect, test } from 'vitest';
import { parsePeriod, sumIn } from '#lib/console/pages/trends/period.ts';

const FIRST = '2026-05-24';
const DAYS = 182;
const of = (query: string) => parsePeriod(new URLSearchParams(query), FIRST, DAYS);

describe('a period', () => {
  test('is the last 90 days unless said otherwise', () => {
    const { from, to, grain, buckets } = of('');
    expect([from, to, grain, buckets.length]).toEqual(['2026-08-24', '2026-11-21', 'day', 90]);
    expect(buckets.at(-1)).toEqual({ name: '2026-11-21', first: 181, last: 181, complete: true });
  });

  test('never reaches beyond what there is, whatever the address says', () => {
    expect(of('days=10000')).toMatchObject({ from: FIRST, to: '2026-11-21' });
    expect(of('from=1999-01-01&to=2999-01-01')).toMatchObject({ from: FIRST, to: '2026-11-21' });
    expect(of('from=2026-11-10&to=2026-11-01')).toMatchObject({ to: '2026-11-01' });
    for (const query of ['days=-1', 'days=x', 'from=nonsense', 'from=2026-13-45', 'by=century'])
      expect(of(query).buckets.length).toBeGreaterThan(0);
  });

  test('in weeks begins on Mondays, and marks the weeks that it cuts', () => {
    const { buckets } = of('from=2026-11-04&to=2026-11-21&by=week');
    expect(buckets.map(({ name, complete }) => [name, complete])).toEqual([
      ['2026-11-02', false],
      ['2026-11-09', true],
      ['2026-11-16', false],
    ]);
  });

  test('in months has every day in one month', () => {
    const { buckets } = of('days=10000&by=month');
    expect(buckets.map(({ name }) => name)).toEqual([
      '2026-05',
      '2026-06',
      '2026-07',
      '2026-08',
      '2026-09',
      '2026-10',
      '2026-11',
    ]);
    expect(buckets.map(({ complete }) => complete)).toEqual([false, true, true, true, true, true, false]);
    const ones = Array.from({ length: DAYS }, () => 1);
    expect(buckets.map((bucket) => sumIn(ones, bucket))).toEqual([8, 30, 31, 31, 30, 31, 21]);
  });

  test('is compared with as many days before it, where there are as many', () => {
    const { buckets, before } = of('days=30&compare=1');
    expect(before?.length).toBe(buckets.length);
    expect(before?.at(-1)?.last).toBe((buckets[0]?.first ?? 0) - 1);
    expect(of('days=100&compare=1').before).toBeUndefined();
  });
});
