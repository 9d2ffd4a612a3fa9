import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ownerSecretReader } from '#lib/platform/secrets-manager.ts';

const ARN = 'arn:aws:secretsmanager:cn-north-1:000000000000:secret:owner-AbCdEf';
const asked: unknown[] = [];
let answer = { status: 200, body: {} };

/** Speaks as much of Secrets Manager's protocol as one read needs. */
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  asked.push([request.headers['x-amz-target'], JSON.parse(body)]);
  response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(answer.body));
});
let env: Record<string, string>;

beforeAll(async () => {
  vi.stubEnv('AWS_REGION', 'cn-north-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  env = { OWNER_SECRET_ARN: ARN, SECRETS_ENDPOINT: `http://127.0.0.1:${port}` };
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.close();
});

test('the secret is read by its ARN', async () => {
  answer = { status: 200, body: { ARN, SecretString: 'a-secret' } };
  expect(await ownerSecretReader(env)()).toBe('a-secret');
  expect(asked).toEqual([['secretsmanager.GetSecretValue', { SecretId: ARN }]]);
});

test('a store that is down is worth another try; a secret that is missing is not', async () => {
  answer = { status: 400, body: { __type: 'ResourceNotFoundException', message: 'no such secret' } };
  await expect(ownerSecretReader(env)()).rejects.toMatchObject({ name: 'StoreError', retriable: false });
  const away = ownerSecretReader({ ...env, SECRETS_ENDPOINT: 'http://127.0.0.1:9' });
  await expect(away()).rejects.toMatchObject({ name: 'StoreError', retriable: true });
});

test('a function without the secret’s name does not start', () => {
  expect(() => ownerSecretReader({})).toThrow('OWNER_SECRET_ARN is not set');
});
