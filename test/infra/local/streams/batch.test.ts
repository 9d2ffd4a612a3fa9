import { expect, test, vi } from 'vitest';
import { type Delivery, deliver } from '#infra/local/streams/batch.ts';

type Item = { sequenceNumber: string; changedAt: number };

const items = (count: number): Item[] =>
  Array.from({ length: count }, (_, index) => ({ sequenceNumber: String(index + 1), changedAt: 0 }));

/** Delivers to a function; tells which sequence numbers each call got, which were confirmed and which given up. */
async function run(
  records: Item[],
  answer: (numbers: string[], call: number) => unknown,
  policy: Partial<Delivery<Item>> = {},
) {
  const calls: string[][] = [];
  const done: string[] = [];
  const givenUp: { numbers: string[]; condition: string; attempts: number }[] = [];
  const backOff = vi.fn(async (_: number) => {});
  const listNumbers = (some: readonly Item[]) => some.map(({ sequenceNumber }) => sequenceNumber);
  await deliver(records, {
    reportsItemFailures: true,
    bisectsOnError: true,
    maxRetries: -1,
    maxRecordAgeSeconds: -1,
    invoke: async (some) => {
      calls.push(listNumbers(some));
      return answer(listNumbers(some), calls.length);
    },
    done: (some) => done.push(...listNumbers(some)),
    giveUp: async (some, condition, attempts) => {
      givenUp.push({ numbers: listNumbers(some), condition, attempts });
    },
    onRetry: () => {},
    backOff,
    now: () => 0,
    ...policy,
  });
  return { calls, done, givenUp, backOff };
}

const failing = (...numbers: string[]) => ({
  batchItemFailures: numbers.map((itemIdentifier) => ({ itemIdentifier })),
});
const refuse = () => {
  throw new Error('no');
};

test.each([[undefined], [null], [{}], [{ batchItemFailures: [] }], [{ batchItemFailures: null }], ['fine']])(
  'the answer %j is success',
  async (answer) => {
    const { calls, done } = await run(items(3), () => answer);
    expect(calls).toEqual([['1', '2', '3']]);
    expect(done).toEqual(['1', '2', '3']);
  },
);

test('after a partial failure the lowest failed record and everything after it come again', async () => {
  const { calls, done } = await run(items(5), (_, call) => (call === 1 ? failing('4', '3') : undefined));
  expect(calls).toEqual([
    ['1', '2', '3', '4', '5'],
    ['3', '4', '5'],
  ]);
  expect(done).toEqual(['1', '2', '3', '4', '5']);
});

test.each([['unknown'], [''], [null]])('an identifier of %j fails the whole batch', async (identifier) => {
  const { calls } = await run(items(2), (_, call) =>
    call === 1 ? failing(identifier as string) : undefined,
  );
  expect(calls).toEqual([
    ['1', '2'],
    ['1', '2'],
  ]);
});

test('reported failures count as success where the mapping does not ask for them', async () => {
  const { calls } = await run(items(2), () => failing('1'), { reportsItemFailures: false });
  expect(calls).toHaveLength(1);
});

test('bisecting finds the one bad record, in order, and gives up nothing else', async () => {
  const bad = (numbers: string[]) => (numbers.includes('5') ? refuse() : undefined);
  const { done, givenUp } = await run(items(8), bad, { maxRetries: 2 });
  expect(givenUp).toEqual([{ numbers: ['5'], condition: 'RetryAttemptsExhausted', attempts: 3 }]);
  expect(done).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
});

test('without bisecting the whole batch is tried again, and given up together', async () => {
  const { calls, givenUp } = await run(items(3), refuse, { bisectsOnError: false, maxRetries: 1 });
  expect(calls).toHaveLength(2);
  expect(givenUp).toEqual([{ numbers: ['1', '2', '3'], condition: 'RetryAttemptsExhausted', attempts: 2 }]);
});

test('whoever gets on does not run out of retries', async () => {
  const { calls, givenUp } = await run(
    items(6),
    (numbers) => (numbers[1] ? failing(numbers[1]) : undefined),
    {
      maxRetries: 1,
    },
  );
  expect(calls).toHaveLength(6);
  expect(givenUp).toEqual([]);
});

test('a record that is too old is given up after it failed, not before', async () => {
  const old = { maxRecordAgeSeconds: 60, now: () => 61_000 };
  expect((await run(items(1), () => undefined, old)).givenUp).toEqual([]);
  const { givenUp } = await run(items(1), refuse, old);
  expect(givenUp).toEqual([{ numbers: ['1'], condition: 'RecordAgeExceeded', attempts: 1 }]);
});

test('the wait grows with every retry of the same records', async () => {
  const { backOff } = await run(items(1), (_, call) => (call < 4 ? refuse() : undefined));
  expect(backOff.mock.calls).toEqual([[1], [2], [3]]);
});

test('a poller that stops ends the delivery, and what was not confirmed stays open', async () => {
  const done: string[] = [];
  const stopped = run(items(2), refuse, {
    backOff: () => Promise.reject(new Error('stopping')),
    done: (some) => done.push(...some.map(({ sequenceNumber }) => sequenceNumber)),
  });
  await expect(stopped).rejects.toThrow('stopping');
  expect(done).toEqual([]);
});
