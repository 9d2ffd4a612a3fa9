import { describe, expect, test } from 'vitest';
import { computeKpis, findWeekChange } from '#lib/console/pages/today/kpis.ts';

import { sampleReport } from './sample-report.ts';

describe('the six figures', () => {
  const report = sampleReport();
  const by = new Map(computeKpis(report).map((kpi) => [kpi.id, kpi]));

  test('are those of the report', () => {
    expect(by.get('dau')?.value).toBe(report.daily.dau.at(-1));
    expect(by.get('stickiness')?.value).toBeCloseTo(report.stickiness.value ?? 0, 12);
    expect(by.get('activity')?.value).toBeCloseTo(report.activity.value ?? 0, 12);
    expect(by.get('revenue30')?.value).toBe(report.revenue30Minor);
    expect(by.get('retention')?.value).toBe(report.retention.value);
  });

  test('are compared with the same figure a week before, retention with the month before', () => {
    expect(by.get('dau')?.before).toBe(report.daily.dau.at(-8));
    const { revenueMinor } = report.daily;
    const before = revenueMinor.slice(-37, -7).reduce((a, b) => a + b, 0);
    expect(by.get('revenue30')?.before).toBe(before);
    expect(by.get('retention')?.before).toBe(report.months[3]?.retention.value);
  });
});

describe('the sentence of the week', () => {
  const steady = (perDay: number) => Array.from({ length: 70 }, (_, i) => perDay + (i % 7));
  function reportWith(change: (daily: ReturnType<typeof sampleReport>['daily']) => void) {
    const report = sampleReport();
    const { daily } = report;
    for (const action of Object.keys(daily.actions) as (keyof typeof daily.actions)[])
      daily.actions[action] = steady(10);
    daily.joined = steady(4);
    daily.payers = steady(3);
    daily.revenueMinor = steady(90_000);
    change(daily);
    return report;
  }
  const lastWeek = (series: number[], factor: number) =>
    series.map((count, i) => (i >= series.length - 7 ? Math.round(count * factor) : count));

  test('is about what changed furthest from its own weeks before', () => {
    const report = reportWith((daily) => {
      daily.actions.like = lastWeek(daily.actions.like, 1.3);
      daily.actions.reply = lastWeek(daily.actions.reply, 2);
    });
    expect(findWeekChange(report)).toEqual({ what: 'reply', now: 182, before: 91 });
  });

  test('tells of a fall too, and of money', () => {
    const report = reportWith((daily) => {
      daily.revenueMinor = lastWeek(daily.revenueMinor, 0.4);
    });
    expect(findWeekChange(report)).toMatchObject({ what: 'revenueMinor' });
  });

  test('is not made up when nothing changed, or when there is too little to compare', () => {
    expect(findWeekChange(reportWith(() => {}))).toBeUndefined();
    const young = reportWith((daily) => {
      for (const action of Object.keys(daily.actions) as (keyof typeof daily.actions)[]) {
        daily.actions[action] = [1, 90, 2, 80, 3, 70, 4, 300, 200, 400];
      }
      daily.joined = daily.payers = daily.revenueMinor = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    });
    expect(findWeekChange(young)).toBeUndefined();
  });
});
