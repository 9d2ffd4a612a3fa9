import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCalendar } from '#lib/events/calendar.ts';
import { buildTaxonomy } from '#lib/events/taxonomy.ts';
import { type CountingRules, createCountingRules } from '#lib/members/contribution.ts';
import { recountMember } from '#lib/members/recount-member.ts';
import { isTransient } from '#lib/platform/errors.ts';
import { listedMembers, type RebuildPartDeps, rebuildPart } from '#lib/rebuilds/rebuild-part.ts';
import { partRecords, rebuildRecords } from '#lib/rebuilds/rebuild-records-table.ts';
import { createClient, createTables, startEngine, type TestTables } from '#test/engines/dynamodb.ts';
import { tailStream } from '#test/engines/stream-tail.ts';
import { batch, fault, type Op, op, PARTITIONS, perform } from '#test/lib/members/counting-ops.ts';
import { type Batch, CountingWorld, type Fault } from '#test/lib/members/counting-world.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 60);

let engine: Awaited<ReturnType<typeof startEngine>>;
let client: DynamoDBClient;
let tables: TestTables;
let tail: Awaited<ReturnType<typeof tailStream>>;
let runs = 0;

beforeAll(async () => {
  engine = await startEngine();
  client = createClient(engine.endpoint);
  tables = await createTables(client);
  tail = await tailStream(client, engine.endpoint, tables.events);
});
afterAll(async () => engine.stop());

const TAXONOMIES = [
  {},
  { learn: ['Nobody Counts This'], view: ['Lesson Completed'] },
  { like: ['Reply Created'], post: ['Nobody Counts This'], reply: ['Post Created'] },
];
const ZONES = ['Asia/Shanghai', 'UTC', 'America/Los_Angeles', 'Pacific/Kiritimati'];

/** Days that are closed stay as they were counted, so on their border a change of zone cannot be exact: it is left out. */
const rules = (zones: readonly string[]): fc.Arbitrary<CountingRules> =>
  fc
    .tuple(fc.constantFrom(...TAXONOMIES), fc.constantFrom(...zones), fc.constantFrom('CNY', 'USD', 'JPY'))
    .map(([names, zone, currency]) =>
      createCountingRules(buildTaxonomy(names), createCalendar(zone), currency),
    );

/** A deploy: calls of the rules before end beside the first ones of the new; then all members are counted again. */
interface Change {
  rules: CountingRules;
  /** delivered by the rules before, while others are by the new */
  lastOfBefore: Batch[];
  meanwhile: Op[];
  /** how the rebuild fails, each time it is begun */
  faults: Fault[];
}

const change = (zones: readonly string[], step: fc.Arbitrary<Op>): fc.Arbitrary<Change> =>
  fc.record({
    rules: rules(zones),
    lastOfBefore: fc.array(batch, { maxLength: 2 }),
    meanwhile: fc.array(step, { maxLength: 12 }),
    faults: fc.array(
      fc.tuple(fault, fc.nat(30)).map(([one, more]) => ({ ...one, at: one.at + more })),
      {
        maxLength: 4,
      },
    ),
  });

const ageless = op.filter((one) => one.op !== 'time passes');

const history = (zones: readonly string[], step: fc.Arbitrary<Op>) =>
  fc.record({
    first: rules(zones),
    before: fc.array(step, { minLength: 1, maxLength: 25 }),
    changes: fc.array(change(zones, ageless), { minLength: 1, maxLength: 2 }),
    mostEvents: fc.constantFrom(undefined, 1, 2),
  });

test('a change of rules in the middle, with crashes, disorder and events that go on coming, gives what a plain fold by the new rules gives', async () => {
  const anyZone = history(ZONES, ageless);
  const aged = fc.constantFrom(...ZONES).chain((zone) => history([zone], op));
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyZone, aged), async ({ first, before, changes, mostEvents }) => {
      const world = new CountingWorld(client, tables, tail);
      world.mostEvents = mostEvents;
      world.rules = first;
      const run = `c${++runs}-`;
      const own = (partition: string): string => partition.replace(/^(anon:)?/, `$1${run}`);
      const all = (): Set<string> => new Set([...PARTITIONS.map(own), ...world.partitions()]);
      for (const step of before) await perform(world, step, run, own);

      for (const [nth, { rules, lastOfBefore, meanwhile, faults }] of changes.entries()) {
        const old = lastOfBefore.map((one) => ({ ...one, rules: world.rules }));
        world.rules = rules;
        await world.deliver(...old, { size: 2, seed: nth, again: 1 });
        // A change in the middle of a rebuild begins another one: only the last is followed to its end.
        const isLast = nth === changes.length - 1;
        const rebuilding = rebuild(world, `${run}${nth}`, [...all()], faults, isLast);
        for (const step of meanwhile) {
          await perform(world, step, run, own);
          await expectNothingNegative(world, all());
        }
        await rebuilding;
      }

      await world.settle();
      expect(world.setAside).toEqual([]);
      for (const partition of all())
        expect(await world.itemsOf(partition), partition).toEqual(await world.foldOf(partition));
    }),
    { numRuns: RUNS },
  );
}, 900_000);

/** Counts all members again as a job that fails at some calls and is begun again; to its end, or until its last failure. */
async function rebuild(
  world: CountingWorld,
  recountId: string,
  members: readonly string[],
  faults: readonly Fault[],
  toItsEnd: boolean,
): Promise<void> {
  const now = (): number => world.now;
  const { rules } = world;
  await rebuildRecords(client, tables.control, now).create({
    recountId,
    scope: {},
    rules: rules.version,
    of: 1,
    startedBy: 'schedule',
    startedAt: world.now,
    execution: recountId,
    begunAt: world.now,
  });
  for (const fault of toItsEnd ? [...faults, undefined] : faults) {
    const { client: fragile } = world.faultyClient(fault);
    const deps: RebuildPartDeps = {
      rules: rules.version,
      find: rebuildRecords(fragile, tables.control, now).find,
      records: partRecords(fragile, tables.control, now),
      memberSource: () => listedMembers(members),
      recount: (userId, dates) => recountMember(userId, world.deps(fragile, rules), dates),
      isTransient,
      onPartDone: async () => {},
      pause: async () => {},
      isOutOfTime: () => false,
      // Time flies, so that it says at every step how far it is.
      now: () => performance.now() * 10_000,
      log: (_level, message, fields) => {
        throw new Error(`${message}: ${JSON.stringify(fields)}`);
      },
    };
    try {
      await rebuildPart({ recountId, part: 0 }, deps);
    } catch (error) {
      if (fault === undefined) throw error;
    }
  }
}

async function expectNothingNegative(world: CountingWorld, partitions: Iterable<string>): Promise<void> {
  for (const partition of partitions) {
    for (const [sk, amounts] of Object.entries(await world.itemsOf(partition))) {
      if (sk === 'profile') continue;
      for (const [name, amount] of Object.entries(amounts as Record<string, number>))
        if (name !== 'paidMinor') expect(amount, `${partition} ${sk} ${name}`).toBeGreaterThan(0);
    }
  }
}
