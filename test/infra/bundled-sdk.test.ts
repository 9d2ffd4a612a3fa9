import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { bundleOptions } from '#infra/bundling/bundling.ts';
import { startEngine } from '#test/engines/dynamodb.ts';

const dir = mkdtempSync(join(tmpdir(), 'zhiqun-sdk-test-'));
afterAll(() => rmSync(dir, { recursive: true }));

const role = {
  AWS_REGION: 'cn-north-1',
  AWS_ACCESS_KEY_ID: 'AKIDOFTHEROLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token-of-the-role',
};

/** Bundles a program as functions are bundled, runs it with only these variables, and returns what it printed. */
async function run(program: string, env: Record<string, string>): Promise<unknown> {
  const outfile = join(dir, `${createHash('md5').update(program).digest('hex')}.mjs`);
  const stdin = { contents: program, resolveDir: bundleOptions.absWorkingDir };
  await build({ ...bundleOptions, stdin, outfile });
  const { stdout } = await promisify(execFile)(process.execPath, [outfile], { env });
  return JSON.parse(stdout);
}

test('the trimmed SDK works on a real engine', async () => {
  const engine = await startEngine();
  try {
    const program = `
      import { DynamoDBClient, CreateTableCommand, BatchWriteItemCommand, GetItemCommand, UpdateItemCommand,
        QueryCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
      const client = new DynamoDBClient({ endpoint: process.env.ENDPOINT });
      const TableName = 'sdk-' + process.pid;
      const key = (sk) => ({ userId: { S: 'u1' }, sk: { S: sk } });
      await client.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['userId', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: [{ AttributeName: 'userId', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }] }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: ['a', 'b', 'c'].map((sk) =>
        ({ PutRequest: { Item: { ...key(sk), text: { S: '知群' }, bytes: { B: new Uint8Array([1, 2]) } } } })) } }));
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: key('b') }));
      const refused = await client.send(new UpdateItemCommand({ TableName, Key: key('a'),
        UpdateExpression: 'ADD n :one', ConditionExpression: 'attribute_exists(nothing)',
        ExpressionAttributeValues: { ':one': { N: '1' } }, ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      })).catch((error) => ({ name: error.name, old: error.Item?.sk.S }));
      const pages = [];
      const query = { TableName, KeyConditionExpression: 'userId = :u', ExpressionAttributeValues: { ':u': { S: 'u1' } } };
      for await (const { Items } of paginateQuery({ client, pageSize: 2 }, query)) pages.push(Items.length);
      console.log(JSON.stringify({ text: Item.text.S, bytes: [...Item.bytes.B], refused, pages }));`;
    expect(await run(program, { ...role, ENDPOINT: engine.endpoint })).toEqual({
      text: '知群',
      bytes: [1, 2],
      refused: { name: 'ConditionalCheckFailedException', old: 'a' },
      pages: [2, 1],
    });
  } finally {
    await engine.stop();
  }
});

test('calls are signed with the credentials that Lambda puts into the environment', async () => {
  const seen: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    const body = (await json(request)) as { MessageBody?: string };
    seen.push(request.headers);
    const answer = body.MessageBody
      ? { MessageId: '1', MD5OfMessageBody: createHash('md5').update(body.MessageBody).digest('hex') }
      : { SecretString: 'the first owner key' };
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const program = `
      import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
      import { SecretsManagerClient, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
      const endpoint = process.env.ENDPOINT;
      const QueueUrl = endpoint + '/000000000000/failures';
      const sent = await new SQSClient({ endpoint }).send(new SendMessageCommand({ QueueUrl, MessageBody: '知群' }));
      const read = await new SecretsManagerClient({ endpoint }).send(new GetSecretValueCommand({ SecretId: 'x' }));
      console.log(JSON.stringify([sent.MessageId, read.SecretString]));`;
    expect(await run(program, { ...role, ENDPOINT: endpoint })).toEqual(['1', 'the first owner key']);
    expect(seen).toHaveLength(2);
    for (const headers of seen) {
      expect(headers['authorization']).toMatch(/Credential=AKIDOFTHEROLE\/\d{8}\/cn-north-1\//);
      expect(headers['x-amz-security-token']).toBe('token-of-the-role');
    }
  } finally {
    server.close();
  }
});

test('without credentials a call fails and says what to set', async () => {
  const program = `
    import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
    const client = new DynamoDBClient({ endpoint: 'http://127.0.0.1:9' });
    const get = new GetItemCommand({ TableName: 't', Key: { userId: { S: 'u' } } });
    console.log(JSON.stringify(await client.send(get).catch((error) => error.message)));`;
  expect(await run(program, { AWS_REGION: 'cn-north-1' })).toContain('set AWS_ACCESS_KEY_ID');
});
