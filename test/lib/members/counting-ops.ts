import fc from 'fast-check';
import type { StoredEvent } from '#lib/events/stored-event.ts';
import { isAboutProfile } from '#lib/members/profile.ts';
import { recountMember } from '#lib/members/recount-member.ts';
import type { Batch, CountingWorld, Fault } from './counting-world.ts';
import { storedEvent } from './stored-events.ts';

const MEMBERS = ['m1', 'm2'];
export const PARTITIONS = [...MEMBERS, 'anon:a1', 'anon:a2'];
const TIMES = [
  '2026-03-01T03:00:00.000Z',
  '2026-03-01T15:59:59.999Z',
  '2026-03-01T16:00:00.000Z',
  '2026-03-01T17:30:00.000Z',
  '2026-04-02T09:00:00.000Z',
];

/** What happens to a log while it is being counted. */
export type Op =
  | { op: 'put'; partition: string; time: number; sent: number; id: number; content: Partial<StoredEvent> }
  | { op: 'link'; member: string; anonymous: string; id: number }
  | { op: 'remove' | 'sweep'; partition: string; nth: number }
  | { op: 'time passes'; days: number }
  | { op: 'another stream' }
  | { op: 'recount'; partition: string; beside: Batch }
  | { op: 'deliver'; batches: Batch[]; meanwhile: Op[] };

const content: fc.Arbitrary<Partial<StoredEvent>> = fc.oneof(
  fc.constantFrom('Post Created', 'Lesson Completed', 'Nobody Counts This').map((event) => ({ event })),
  fc.constantFrom('m1', 'm2', 'm3').map((targetUserId) => ({
    event: 'Reply Created',
    properties: JSON.stringify({ targetUserId }),
  })),
  fc.integer({ min: 1, max: 99_999 }).chain((fen) =>
    fc.constantFrom('Order Completed', 'Order Refunded').map((event) => ({
      event,
      properties: JSON.stringify({ total: fen / 100 }),
    })),
  ),
  fc.constant<Partial<StoredEvent>>({ type: 'page', name: 'Home' }),
  fc.constantFrom('a', 'b').map(
    (value): Partial<StoredEvent> => ({
      type: 'identify',
      traits: JSON.stringify({ [value]: value, plan: value }),
    }),
  ),
  // Where it counts can change by a correction too: another day, or none.
  fc.constantFrom(...TIMES).map((at) => ({ event: 'Post Created', at })),
);

export const fault: fc.Arbitrary<Fault> = fc.record({
  at: fc.integer({ min: 1, max: 12 }),
  how: fc.constantFrom('dies before', 'dies after', 'one call fails'),
});

export const batch: fc.Arbitrary<Batch> = fc.record({
  size: fc.integer({ min: 1, max: 6 }),
  seed: fc.nat(1_000),
  again: fc.nat(4),
  fault: fc.option(fault, { nil: undefined }),
});

export const put = fc.record({
  op: fc.constant('put' as const),
  partition: fc.constantFrom(...PARTITIONS),
  time: fc.nat(TIMES.length - 1),
  // Clocks that are right, wrong by hours or years, or not there.
  sent: fc.constantFrom(0, 0, 0, 1, 2, 3),
  id: fc.nat(3),
  content,
});

export const remove = fc.record({
  op: fc.constant('remove' as const),
  partition: fc.constantFrom(...PARTITIONS),
  nth: fc.nat(5),
});

export const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 8, arbitrary: put },
  { weight: 1, arbitrary: remove },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('link' as const),
      member: fc.constantFrom(...MEMBERS),
      anonymous: fc.constantFrom('a1', 'a2'),
      id: fc.nat(1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('sweep' as const),
      partition: fc.constantFrom(...PARTITIONS),
      nth: fc.nat(5),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('time passes' as const),
      days: fc.integer({ min: 390, max: 410 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('another stream' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('recount' as const),
      partition: fc.constantFrom(...PARTITIONS),
      beside: batch,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('deliver' as const),
      batches: fc.array(batch, { minLength: 1, maxLength: 3 }),
      meanwhile: fc.array(fc.oneof(put, remove), { maxLength: 3 }),
    }),
  },
);

const DAY_MS = 86_400_000;

/** What an identify past its time set cannot be found in the log any more, so corrections of it are not exact. */
const isBeyondTelling = (stored: StoredEvent, { now }: CountingWorld): boolean =>
  isAboutProfile(stored) && stored.expiresAt * 1000 <= now;

/** Does one of them; ids of a run are its own. */
export async function perform(
  world: CountingWorld,
  step: Op,
  run: string,
  own: (partition: string) => string,
): Promise<void> {
  switch (step.op) {
    case 'put': {
      const at = TIMES[step.time] as string;
      const userId = own(step.partition);
      const anonymousId = userId.startsWith('anon:') ? { anonymousId: userId.slice(5) } : {};
      const keys = [
        `${at}#e${step.id}`,
        `2026-03-01T16:30:00.000Z#e${step.id}`,
        `1970-01-01T00:00:00.000Z#e${step.id}`,
        `#e${step.id}`,
      ];
      const sk = keys[step.sent] as string;
      const expiresAt = Math.floor(world.now / 1000) + (400 + step.id) * 86_400;
      const known = (await world.logOf(userId)).find((stored) => stored.sk === sk);
      if (known !== undefined && isBeyondTelling(known, world)) return;
      await world.put(storedEvent(userId, at, 'e', { ...anonymousId, sk, expiresAt, ...step.content }));
      return;
    }
    case 'link': {
      // An event that is past its time closes the day that it is moved to, whatever else is under way.
      if (world.hasAged) return;
      const fields = { type: 'identify', anonymousId: run + step.anonymous } as const;
      await world.put(storedEvent(own(step.member), TIMES[0] as string, `link${step.id}`, fields));
      return;
    }
    case 'remove': {
      const userId = own(step.partition);
      const log = await world.logOf(userId);
      const stored = log[step.nth % Math.max(log.length, 1)];
      if (stored === undefined || isBeyondTelling(stored, world)) return;
      await world.remove(userId, stored.sk);
      return;
    }
    case 'sweep': {
      const userId = own(step.partition);
      const old = (await world.logOf(userId)).filter(({ expiresAt }) => expiresAt * 1000 <= world.now);
      const stored = old[step.nth % Math.max(old.length, 1)];
      if (stored === undefined || isBeyondTelling(stored, world)) return;
      const identities = [undefined, { type: 'Service' }, { principalId: 'dynamodb.amazonaws.com' }];
      await world.sweep(userId, stored.sk, identities[step.nth % identities.length]);
      return;
    }
    case 'time passes':
      await world.passTime(world.now + step.days * DAY_MS);
      return;
    case 'another stream':
      await world.replaceStream();
      return;
    case 'recount':
      await Promise.all([recountMember(own(step.partition), world.deps()), world.deliver(step.beside)]);
      return;
    case 'deliver':
      await Promise.all([
        world.deliver(...step.batches),
        (async () => {
          for (const change of step.meanwhile) await perform(world, change, run, own);
        })(),
      ]);
  }
}
