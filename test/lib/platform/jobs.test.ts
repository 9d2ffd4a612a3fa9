import { expect, test } from 'vitest';
import { describeError, describeStateError } from '#lib/platform/jobs.ts';

test('a reason is the error with its causes, each once', () => {
  const broken = new Error('read models/current.json', {
    cause: new Error('connect ECONNREFUSED', { cause: new Error('connect ECONNREFUSED') }),
  });
  expect(describeError(broken)).toBe('read models/current.json: connect ECONNREFUSED');
  expect(describeError('just a text')).toBe('just a text');
  const unparsed = new SyntaxError('Unexpected token sk_1 in JSON');
  expect(describeError(new Error('a.json is corrupt', { cause: unparsed }))).toBe('a.json is corrupt');
  expect(describeError(unparsed)).toBe('it is not JSON');
});

test('a reason is short and holds no key, no credential and no signature', () => {
  const secret = [
    'sk_0123456789abcdef',
    'wk_0123456789abcdef',
    'AKIAIOSFODNN7EXAMPLE',
    'https://b.s3.amazonaws.com/x?X-Amz-Credential=me%2Fus&X-Amz-Signature=0123abcd&x-id=GetObject',
  ].join(' ');
  const described = describeError(new Error(`${secret} ${'x'.repeat(5_000)}`));
  expect(described).not.toMatch(/0123456789abcdef|AKIAIOSFODNN7EXAMPLE|0123abcd|me%2Fus/);
  expect(described.length).toBeLessThanOrEqual(1_000);
});

test.each([
  [{ Error: 'Error', Cause: '{"errorMessage":"it broke","errorType":"Error","trace":[]}' }, 'it broke'],
  [
    {
      Error: 'Sandbox.Timedout',
      Cause: '{"errorMessage":"RequestId: 1 Error: Task timed out after 900.00 seconds"}',
    },
    'It took longer',
  ],
  [
    { Error: 'Runtime.ExitError', Cause: '{"errorMessage":"Runtime exited with error: signal: killed"}' },
    'out of memory',
  ],
  [{ Error: 'Lambda.TooManyRequestsException', Cause: 'Rate Exceeded.' }, 'had no room'],
  [{ Error: 'States.Timeout', Cause: '' }, 'It took longer'],
  [
    { Error: 'AccessDeniedException', Cause: 'User is not authorized to perform s3:PutObject' },
    'A right is missing',
  ],
  [{}, 'No reason was given.'],
])('%j is explained', (caught, words) => {
  expect(describeStateError(caught)).toContain(words);
});
