import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createCalendar } from '#lib/events/calendar.ts';
import { buildTaxonomy } from '#lib/events/taxonomy.ts';
import { createCountingRules } from '#lib/members/contribution.ts';
import { type RulesRecord, toRulesRecord } from '#lib/members/counted-rules.ts';
import { countedRulesStore } from '#lib/members/counted-rules-table.ts';
import { ApiError } from '#lib/platform/errors.ts';
import type { PartRecord, RebuildRecord } from '#lib/rebuilds/rebuild-record.ts';
import { emptyTotals, type RebuildView } from '#lib/rebuilds/rebuild-view.ts';
import {
  markIfCounted,
  type RulesChangeDeps,
  readCountingNotice,
  rebuildAfterChange,
  SETTLE_MS,
} from '#lib/rebuilds/rules-change.ts';
import { createClient, createTables, startEngine } from '#test/engines/dynamodb.ts';

let engine: Awaited<ReturnType<typeof startEngine>>;
let client: DynamoDBClient;
let control: string;
let jobs: RebuildView[];
let calls: string[];
const world = { now: Date.parse('2026-11-22T00:00:00Z'), isEmpty: false };

beforeAll(async () => {
  engine = await startEngine();
  client = createClient(engine.endpoint);
});
afterAll(async () => {
  client.destroy();
  await engine.stop();
});
beforeEach(async () => {
  ({ control } = await createTables(client));
  [jobs, calls, world.isEmpty] = [[], [], false];
});

const rulesOf = (zone: string, currency = 'CNY', names = {}): RulesRecord =>
  toRulesRecord(createCountingRules(buildTaxonomy(names), createCalendar(zone), currency));
const SHANGHAI = rulesOf('Asia/Shanghai');
const BERLIN = rulesOf('Europe/Berlin');
const ZONES = {
  from: { timeZone: 'Asia/Shanghai', currency: 'CNY' },
  to: { timeZone: 'Europe/Berlin', currency: 'CNY' },
};

function deps(rules: RulesRecord): RulesChangeDeps {
  return {
    rules,
    counted: countedRulesStore(client, control, () => world.now),
    rebuilds: {
      async start({ by }) {
        if (jobs.some(({ state }) => state === 'running'))
          throw new ApiError(409, 'recount_in_progress', 'one is under way');
        calls.push(`start ${by}`);
        return add({ rules: rules.version });
      },
      async resume(recountId) {
        calls.push(`resume ${recountId}`);
        return change({ state: 'running' });
      },
      list: async () => jobs,
    },
    isEmpty: async () => world.isEmpty,
    now: () => world.now,
    settleMs: SETTLE_MS,
  };
}

function add(job: Partial<RebuildView>): RebuildView {
  const startedAt = new Date(world.now).toISOString();
  const view: RebuildView = {
    recountId: `r-${jobs.length + 1}`,
    state: 'running',
    scope: {},
    startedBy: 'schedule',
    startedAt,
    parts: { done: 0, of: 20 },
    ...emptyTotals(),
    ...job,
  };
  jobs.unshift(view);
  return view;
}
function change(how: Partial<RebuildView>): RebuildView {
  const next = { ...jobs[0]!, ...how };
  jobs[0] = next;
  return next;
}

/** A check, twenty minutes after the last one. */
async function check(rules: RulesRecord): Promise<string> {
  world.now += 20 * 60_000;
  return rebuildAfterChange(deps(rules));
}
const notice = (rules: RulesRecord) => readCountingNotice(deps(rules));

/** A community that is wholly counted by some rules. */
async function countedBy(rules: RulesRecord): Promise<void> {
  world.isEmpty = true;
  await check(rules);
  world.isEmpty = false;
}

test('a first start, and a community without members, needs no job', async () => {
  world.isEmpty = true;
  expect(await check(SHANGHAI)).toBe('counted');
  expect(await check(BERLIN)).toBe('counted');
  expect(await notice(BERLIN)).toBeUndefined();
  world.isEmpty = false;
  expect(await check(BERLIN)).toBe('counted');
  expect(calls).toEqual([]);
});

test('a change of rules starts a rebuild by itself once calls of the deploy before are over, and is done when that is', async () => {
  await countedBy(SHANGHAI);
  expect(await notice(BERLIN)).toEqual({ rebuilding: true, changed: ['timeZone'], ...ZONES });
  expect(await check(BERLIN)).toBe('settling');
  world.now += 60_000;
  expect(await rebuildAfterChange(deps(BERLIN))).toBe('settling');
  expect(calls).toEqual([]);
  expect(await check(BERLIN)).toBe('started');
  change({ membersChecked: 12 });
  expect(await notice(BERLIN)).toEqual({
    rebuilding: true,
    changed: ['timeZone'],
    ...ZONES,
    rebuildId: 'r-1',
    membersChecked: 12,
  });
  expect(await check(BERLIN)).toBe('running');
  change({ state: 'done' });
  expect(await notice(BERLIN)).toBeUndefined();
  expect(await check(BERLIN)).toBe('counted');
  expect(calls).toEqual(['start schedule']);
});

test('whoever ends the last part of that rebuild notes it at once, and a change back is named as what it is', async () => {
  await countedBy(SHANGHAI);
  await check(BERLIN);
  await check(BERLIN);
  const part: PartRecord = { calls: 1, heardAt: world.now, endedAt: world.now, totals: emptyTotals() };
  const job: RebuildRecord = {
    recountId: 'r-1',
    scope: {},
    rules: BERLIN.version,
    of: 2,
    startedBy: 'schedule',
    startedAt: world.now,
    execution: 'r-1',
    begunAt: world.now,
  };
  const isCounted = async (by: RebuildRecord, parts: PartRecord[]): Promise<boolean> => {
    await markIfCounted(by, parts, deps(BERLIN));
    return (await deps(BERLIN).counted.read())?.countedAt !== undefined;
  };
  expect(await isCounted(job, [part])).toBe(false);
  expect(await isCounted({ ...job, rules: SHANGHAI.version }, [part, part])).toBe(false);
  expect(await isCounted({ ...job, startedAt: world.now - 2 * SETTLE_MS }, [part, part])).toBe(false);
  expect(await isCounted(job, [part, part])).toBe(true);
  expect(await notice(SHANGHAI)).toEqual({
    rebuilding: true,
    changed: ['timeZone'],
    from: ZONES.to,
    to: ZONES.from,
  });
});

test('a community of a release that did not say by which rules it counted is counted once by those of now', async () => {
  expect(await notice(SHANGHAI)).toEqual({ rebuilding: true, changed: ['release'], to: ZONES.from });
  expect([await check(SHANGHAI), await check(SHANGHAI)]).toEqual(['settling', 'started']);
});

test('a rebuild that stopped goes on, and says meanwhile why it stopped', async () => {
  await countedBy(SHANGHAI);
  await check(BERLIN);
  await check(BERLIN);
  change({ state: 'failed', error: 'it broke' });
  expect(await notice(BERLIN)).toMatchObject({ error: 'it broke' });
  expect(await check(BERLIN)).toBe('resumed');
  expect(calls).toEqual(['start schedule', 'resume r-1']);
});

test('a second change in the middle of a rebuild begins over with the newer rules, and the one before marks nothing as done', async () => {
  await countedBy(SHANGHAI);
  await check(BERLIN);
  await check(BERLIN);
  const dollars = rulesOf('Europe/Berlin', 'USD');
  expect(await check(dollars)).toBe('settling');
  change({ state: 'done' });
  expect(await check(dollars)).toBe('started');
  expect(await notice(dollars)).toMatchObject({
    changed: ['timeZone', 'currency'],
    from: { timeZone: 'Asia/Shanghai', currency: 'CNY' },
    rebuildId: 'r-2',
  });
  // A call of the deploy before that ends late.
  await countedRulesStore(client, control, () => world.now).markCounted(BERLIN);
  expect(await check(dollars)).toBe('running');
  change({ state: 'done' });
  expect(await check(dollars)).toBe('counted');
});

test('rules that are changed back before the rebuild is through are counted by once more', async () => {
  await countedBy(SHANGHAI);
  await check(BERLIN);
  expect(await check(SHANGHAI)).toBe('settling');
  expect(await notice(SHANGHAI)).toMatchObject({ changed: [] });
  expect(await check(SHANGHAI)).toBe('started');
});

test('a job by other rules, over some members, or begun before calls by other rules were over, does not count as one', async () => {
  await countedBy(SHANGHAI);
  await check(BERLIN);
  for (const rules of [{ rules: SHANGHAI.version }, {}, { rules: BERLIN.version }])
    add({ ...rules, state: 'done' });
  expect(await notice(BERLIN)).toMatchObject({ rebuilding: true });
  expect(await check(BERLIN)).toBe('started');
});

test('another job under way is waited for', async () => {
  await countedBy(SHANGHAI);
  await check(BERLIN);
  add({ scope: { members: 1 } });
  expect(await check(BERLIN)).toBe('blocked');
  change({ state: 'done' });
  expect(await check(BERLIN)).toBe('started');
});
