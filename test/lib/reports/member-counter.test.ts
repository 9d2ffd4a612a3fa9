import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays } from '#lib/events/calendar.ts';
import { memberCounter } from '#lib/reports/member-counter.ts';
import { addSums, emptySums } from '#lib/reports/sums.ts';
import { dailySeries, monthlyMetrics, weeklyCohorts, weeklyMetrics } from '#lib/reports/time-series.ts';

import { anyDate, community, computeSums } from './community.ts';
import { metricsByDefinition } from './metrics-by-definition.ts';

const dateAndCommunity = anyDate.chain((asOf) =>
  fc.record({ asOf: fc.constant(asOf), members: community(asOf) }),
);

test('however the members are split into parts, the parts’ sums add up to the same', () => {
  fc.assert(
    fc.property(dateAndCommunity, fc.array(fc.nat({ max: 4 })), ({ asOf, members }, places) => {
      const parts = Array.from({ length: 5 }, (_, part) =>
        members.filter((_, i) => (places[i] ?? 0) === part),
      );
      const added = emptySums(asOf);
      for (const part of parts.reverse()) {
        addSums(added, JSON.parse(JSON.stringify(computeSums(part, asOf))));
      }
      expect(added).toEqual(computeSums(members, asOf));
    }),
  );
});

test('sums of different dates do not add', () => {
  expect(() => addSums(emptySums('2026-11-22'), emptySums('2026-11-21'))).toThrow(/2026-11-21.*2026-11-22/);
});

test('daily figures, WAU and MAU of every past day are those of their definitions', () => {
  fc.assert(
    fc.property(dateAndCommunity, ({ asOf, members }) => {
      const defined = metricsByDefinition(members, asOf);
      const { from, actions, ...series } = dailySeries(computeSums(members, asOf));
      const names = Object.keys(series) as (keyof typeof series)[];
      expect(addDays(from, series.dau.length)).toBe(asOf);
      expect(series.dau.length).toBeLessThanOrEqual(800);
      for (let i = 0; i < series.dau.length; i += 1) {
        const date = addDays(from, i);
        // Years of days without anything: the edges of what happened are enough.
        if (i % 29 !== 0 && series.mau[i] === 0) continue;
        expect(Object.fromEntries(names.map((name) => [name, series[name][i]]))).toEqual(defined.day(date));
        expect(actions.post[i]).toBe(defined.posts(date));
      }
    }),
    { numRuns: 60 },
  );
});

test('weeks, cohorts and months are those of their definitions, and the unfinished ones are marked', () => {
  fc.assert(
    fc.property(dateAndCommunity, ({ asOf, members }) => {
      const sums = computeSums(members, asOf);
      const defined = metricsByDefinition(members, asOf);
      for (const { week, complete, ...figures } of weeklyMetrics(sums)) {
        expect(new Date(week).getUTCDay()).toBe(1);
        expect(complete).toBe(addDays(week, 7) <= asOf);
        expect(figures).toEqual(defined.week(week));
      }
      const cohorts = weeklyCohorts(sums);
      expect(cohorts.length).toBeLessThanOrEqual(26);
      for (const [row, { week, size, active, completeWeeks }] of cohorts.entries()) {
        expect(active).toEqual(active.map((_, since) => defined.cohort(week, since)));
        expect(active).toHaveLength(cohorts.length - row);
        expect(size).toBe(active[0]);
        expect(completeWeeks).toBe(
          active.filter((_, since) => addDays(week, 7 * (since + 1)) <= asOf).length,
        );
      }
      for (const { month, complete, retention, ...figures } of monthlyMetrics(sums)) {
        const { numerator, denominator } = retention;
        expect({ ...figures, numerator, denominator }).toEqual(defined.month(month));
        expect(retention.value).toBe(denominator === 0 ? null : numerator / denominator);
        expect(complete).toBe(addDays(`${month}-01`, 31).slice(0, 7) <= asOf.slice(0, 7));
      }
    }),
    { numRuns: 60 },
  );
});

test('members, those of 30 days ago and the funnel are those of their definitions', () => {
  fc.assert(
    fc.property(dateAndCommunity, ({ asOf, members }) => {
      const sums = computeSums(members, asOf);
      const defined = metricsByDefinition(members, asOf);
      expect(sums.funnel).toEqual(defined.funnel());
      expect(sums.members).toBe(defined.members());
      expect(sums.membersThen).toBe(defined.membersThen());
    }),
  );
});

test('who only ordered in a foreign currency is no member, but the order is counted', () => {
  const sums = emptySums('2026-11-22');
  memberCounter(sums)([{ date: '2026-11-20', amounts: { foreignOrders: 2 } }], 0);
  expect(sums).toMatchObject({ members: 0, firstDate: '2026-11-20', lastDate: '2026-11-20' });
  expect(dailySeries(sums)).toMatchObject({ from: '2026-11-20', foreignOrders: [2, 0], dau: [0, 0] });
});

test('a community of nobody has one day of zeros', () => {
  expect(dailySeries(emptySums('2026-11-22'))).toMatchObject({ from: '2026-11-21', dau: [0], members: [0] });
  expect(weeklyMetrics(emptySums('2026-11-22'))).toMatchObject([{ week: '2026-11-16', active: 0 }]);
});

test('the 30th and the 90th day before the date are in their periods, the days before them are not', () => {
  const joinedAgo = (days: number) =>
    computeSums([[{ date: addDays('2026-11-22', -days), amounts: { view: 1 } }]], '2026-11-22');
  expect([30, 31].map((days) => joinedAgo(days).membersThen)).toEqual([0, 1]);
  expect([90, 91].map((days) => joinedAgo(days).funnel.joined)).toEqual([1, 0]);
  expect([800, 801].map((days) => joinedAgo(days).joinedBefore)).toEqual([0, 1]);
});
