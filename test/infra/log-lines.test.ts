import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleFunctions, type FunctionName, functionNames } from '#infra/bundling/bundling.ts';
import { awsEnvironment, localAws, setEnvironment } from '#infra/local/host/aws-environment.ts';
import { collectFunctionOutput } from '#infra/local/host/terminal-output.ts';
import { loadFunction } from '#infra/local/lambda/functions.ts';
import { issuedKey } from '#test/lib/auth/memory-keys.ts';
import manifest from '../../package.json' with { type: 'json' };

/** Nobody listens there: what a function tries fails, and it has something to say. */
const NOWHERE = 'http://127.0.0.1:9';
const arn = (name: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`;
const variables: Record<string, string> = {
  CONTROL_TABLE: 'control',
  EVENTS_TABLE: 'events',
  MEMBERS_TABLE: 'members',
  DATA_BUCKET: 'data',
  IMPORTS_BUCKET: 'imports',
  IMPORTS_QUEUE_URL: `${NOWHERE}/imports`,
  COUNTING_FAILURES_QUEUE_URL: `${NOWHERE}/counting-failures`,
  FAILURES_QUEUE_URL: `${NOWHERE}/failures`,
  OWNER_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:owner',
  NIGHT_ARN: arn('night'),
  RECOUNT_ARN: arn('recount'),
  ...Object.fromEntries(
    ['DYNAMODB', 'S3', 'SQS', 'SECRETS', 'STATES'].map((name) => [`${name}_ENDPOINT`, NOWHERE]),
  ),
};

const WHO = '何晓雨';
const request = (method: string, path: string, headers: Record<string, string>, body?: object) => ({
  version: '2.0',
  rawPath: path,
  rawQueryString: '',
  headers: { host: 'localhost', 'content-type': 'application/json', ...headers },
  requestContext: { requestId: 'of-the-gateway', http: { method, path, sourceIp: '127.0.0.1' } },
  ...(body && { body: JSON.stringify(body) }),
  isBase64Encoded: false,
});
const owner = issuedKey('owner').key;
const writeKey = issuedKey('write').key;
const message = (body: object) => ({
  Records: [
    {
      messageId: 'm',
      body: JSON.stringify(body),
      receiptHandle: 'r',
      attributes: { ApproximateReceiveCount: '1' },
    },
  ],
});
const task = { runId: 'run-1', asOf: '2026-11-21' };
const part = { ...task, part: 1, of: 2 };

/** An event for every function, and the ids that each of its lines must then have, besides Lambda's request id. */
const calls: Record<FunctionName, [event: object, ids: object]> = {
  track: [
    request('POST', '/v1/track', {}, { writeKey, userId: WHO, event: 'Post Created' }),
    { apiRequestId: 'of-the-gateway' },
  ],
  api: [
    request('GET', `/v1/members/${WHO}`, { authorization: `Bearer ${owner}` }),
    { apiRequestId: 'of-the-gateway' },
  ],
  console: [
    request('GET', '/console', { cookie: 'zhiqun=sealed', 'x-key': owner }),
    { apiRequestId: 'of-the-gateway' },
  ],
  aggregate: [{ Records: [{ eventName: 'INSERT', dynamodb: { SequenceNumber: '1' } }] }, {}],
  recover: [message({ keys: { userId: { S: WHO } }, reason: 'x' }), {}],
  import: [message({ importId: 'imp_1' }), { importId: 'imp_1' }],
  rules: [{}, {}],
  plan: [task, { runId: 'run-1' }],
  snapshot: [part, { runId: 'run-1', part: 1 }],
  audit: [task, { runId: 'run-1' }],
  fit: [{ ...task, kind: 'profiles' }, { runId: 'run-1' }],
  score: [part, { runId: 'run-1', part: 1 }],
  publish: [task, { runId: 'run-1' }],
  'fail-run': [{ runId: 'run-1', step: 'plan', error: { Error: 'x', Cause: 'y' } }, { runId: 'run-1' }],
  recount: [
    { recountId: 'rec-1', part: 1 },
    { recountId: 'rec-1', part: 1 },
  ],
};

const dir = mkdtempSync(join(tmpdir(), 'zhiqun-log-lines-'));
const output = join(dir, 'output');
const undo: (() => void)[] = [() => rmSync(dir, { recursive: true })];
afterAll(() => {
  while (undo.length > 0) undo.pop()!();
});

beforeAll(async () => {
  const { bundles } = await bundleFunctions(join(dir, 'asset.0'));
  undo.push(setEnvironment({ ...awsEnvironment(localAws({})), AWS_MAX_ATTEMPTS: '1' }));
  undo.push(collectFunctionOutput(output, () => {}));
  const invoke = async (name: FunctionName): Promise<void> => {
    // Long enough for functions that keep a part of their time to finish what has begun; they give up at once then.
    const properties = { Handler: 'index.handler', Timeout: 80, Environment: { Variables: variables } };
    const { invoke } = await loadFunction(name, `arn:${name}`, bundles[name], properties, {});
    await invoke(JSON.stringify(calls[name][0])).catch(() => {});
  };
  await Promise.all(functionNames.map(invoke));
});

test.each(functionNames)(
  'every line of %s is JSON and says which code wrote it for which invocation',
  (name) => {
    const text = readFileSync(join(output, `${name}.log`), 'utf8');
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const [, ids] = calls[name];
    for (const line of lines) {
      expect(line).toMatchObject({
        level: expect.stringMatching(/^(info|warn|error)$/),
        time: expect.stringMatching(/^20.*Z$/),
        message: expect.stringMatching(/^[a-z]/),
        function: name,
        version: expect.stringMatching(/^[0-9.]+\+[0-9a-f]{12}$/),
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        ...ids,
      });
      expect(line['version']).toMatch(new RegExp(`^${RegExp.escape(manifest.version)}\\+`));
    }
    expect(new Set(lines.map(({ requestId }) => requestId)).size).toBe(1);
    // Of what failed it says why and where, and nothing of who was concerned or signed in.
    expect(text).toMatch(/"stack":\["at /);
    for (const secret of [owner, writeKey, WHO]) expect(text).not.toContain(secret);
  },
);
