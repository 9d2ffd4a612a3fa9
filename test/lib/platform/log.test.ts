import { expect, test } from 'vitest';
import { StoreError } from '#lib/platform/errors.ts';
import { errorFields, jsonLog } from '#lib/platform/log.ts';
import { issuedKey } from '#test/lib/auth/memory-keys.ts';

function recorder() {
  const lines: string[] = [];
  return { lines, log: jsonLog((line) => lines.push(line)) };
}

test('a message is one line of JSON', () => {
  const { lines, log } = recorder();
  log('warn', 'two\nlines', { requestId: 'r1', count: 2 });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[^\n]+\n$/);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'warn',
    message: 'two\nlines',
    requestId: 'r1',
    count: 2,
    time: expect.stringMatching(/Z$/),
  });
});

test('a key never reaches the log', () => {
  const { lines, log } = recorder();
  const keys = [issuedKey('owner').key, issuedKey('write').key];
  log('error', `refused ${keys[0]}`, { error: errorFields(new Error(`bad key ${keys[1]}`)) });
  for (const key of keys) expect(lines.join()).not.toContain(key);
  expect(lines.join()).toContain('refused sk_***');
});

test('an error shows its kind, place and causes, but not what a client wrote', async () => {
  const { lines, log } = recorder();
  const cause = Object.assign(new Error('slow down'), {
    name: 'ThrottlingException',
    $metadata: { httpStatusCode: 400, requestId: 'aws-1' },
  });
  log('error', 'failed', { error: errorFields(new StoreError('put events', { retriable: true, cause })) });
  expect(JSON.parse(lines[0] ?? '')['error']).toMatchObject({
    kind: 'StoreError',
    reason: 'put events',
    stack: expect.arrayContaining([expect.stringMatching(/^at .*log\.test\.ts/)]),
    cause: { kind: 'ThrottlingException', reason: 'slow down', awsStatus: 400, awsRequestId: 'aws-1' },
  });
  const unparsed = new Response('{"name": 林晓雨}').json().catch((error: unknown) => errorFields(error));
  expect(JSON.stringify(await unparsed)).not.toContain('林');
  expect(errorFields('text of a member')).toEqual({ kind: 'string' });
});
