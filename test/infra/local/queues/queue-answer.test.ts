import type { SQSRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import { parseFailedMessages } from '#infra/local/queues/queue-poller.ts';

const batch = ['a', 'b'].map((messageId) => ({ messageId }) as SQSRecord);
const failures = (...ids: unknown[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['no list', {}],
  ['an empty list', failures()],
  ['null for a list', { batchItemFailures: null }],
])('an answer of %s means that all went well', (_, answer) => {
  expect([...parseFailedMessages(answer, batch)]).toEqual([]);
});

test('an answer names the messages that failed', () => {
  expect([...parseFailedMessages(failures('b'), batch)]).toEqual(['b']);
});

test.each([
  ['a message that is not in the batch', failures('a', 'z')],
  ['an empty name', failures('')],
  ['no name', failures(undefined)],
  ['null', { batchItemFailures: [null] }],
  ['no list at all', { batchItemFailures: 'a' }],
])('an answer that names %s means that all failed', (_, answer) => {
  expect([...parseFailedMessages(answer, batch)]).toEqual(['a', 'b']);
});
