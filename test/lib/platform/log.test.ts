import { expect, test } from 'vitest';
import { StoreError } from '#lib/platform/errors.ts';
import { errorFields, jsonLog, withLogContext } from '#lib/platform/log.ts';
import { issuedKey } from '#test/lib/auth/memory-keys.ts';

function recorder() {
  const lines: string[] = [];
  const parsed = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { lines, parsed, log: jsonLog((line) => lines.push(line)) };
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

const runOf = ({ runId }: { runId: string }) => ({ runId });

test('every line of an invocation says which one it is, however many run at once and however late it is written', async () => {
  const { parsed, log } = recorder();
  const handler = withLogContext(
    'score',
    runOf,
    async (_: { runId: string }, { awsRequestId }: { awsRequestId: string }) => {
      log('info', 'begun', { for: awsRequestId });
      await new Promise((resolve) => setTimeout(resolve, 5));
      void Promise.resolve().then(() => log('warn', 'in the background', { for: awsRequestId }));
      return awsRequestId;
    },
  );
  const invoke = (id: string) => handler({ runId: `run-${id}` }, { awsRequestId: id });
  expect(await Promise.all(['a', 'b'].map(invoke))).toEqual(['a', 'b']);
  expect(parsed()).toHaveLength(4);
  for (const line of parsed())
    expect(line).toMatchObject({
      function: 'score',
      version: 'unbundled',
      requestId: line['for'],
      runId: `run-${line['for']}`,
    });
});

test('no field of a message stands in the place of what says whose line it is', async () => {
  const { parsed, log } = recorder();
  const handler = withLogContext('fit', runOf, async () =>
    log('info', 'model fitted', { function: 'x', version: 'fit-1', requestId: 'x', runId: 'x' }),
  );
  await handler({ runId: 'r' }, { awsRequestId: 'q' });
  expect(parsed()[0]).toMatchObject({ function: 'fit', version: 'unbundled', requestId: 'q', runId: 'r' });
});

test('an error that leaves a handler is logged once, with its place and the invocation, and thrown on', async () => {
  const { parsed, log } = recorder();
  const error = new Error('the disk is full');
  const fails = async (): Promise<void> => {
    throw error;
  };
  const failing = [
    withLogContext('fit', runOf, fails, log),
    withLogContext(
      'fit',
      runOf,
      () => {
        throw error;
      },
      log,
    ),
  ];
  for (const handler of failing)
    await expect(handler({ runId: 'r' }, { awsRequestId: 'q' })).rejects.toBe(error);
  expect(parsed()).toHaveLength(2);
  for (const line of parsed())
    expect(line).toMatchObject({
      level: 'error',
      message: 'invocation failed',
      reason: 'the disk is full',
      stack: expect.arrayContaining([expect.stringMatching(/log\.test\.ts/)]),
      function: 'fit',
      requestId: 'q',
      runId: 'r',
    });
});

test('the signature of a presigned URL never reaches the log', () => {
  const { lines, log } = recorder();
  const url = 'https://b.example/o?X-Amz-Credential=AKIAABCDEFGHIJKLMNOP&X-Amz-Signature=0a1b2c&x=1';
  log('error', 'failed', errorFields(new Error(`403 of "${url}"`)));
  expect(lines.join()).not.toMatch(/AKIAAB|0a1b2c/);
  expect(() => JSON.parse(lines[0]!)).not.toThrow();
});
