import { expect, test } from 'vitest';
import { buildArn, functionsFromSource } from './function-from-source.ts';

const load = functionsFromSource();

test('a function sees its own environment while it loads, and nobody else’s is changed', async () => {
  const source =
    'const { MINE, DYNAMODB_ENDPOINT } = process.env; export const handler = async () => [MINE, DYNAMODB_ENDPOINT]';
  const both = await Promise.all([
    load(source, { variables: { MINE: 'a' } }),
    load(source, { variables: { MINE: 'b' } }),
  ]);
  expect(await both[0].invoke('{}')).toEqual(['a', 'http://engine']);
  expect(await both[1].invoke('{}')).toEqual(['b', 'http://engine']);
  expect(process.env['MINE']).toBeUndefined();
  expect(process.env['DYNAMODB_ENDPOINT']).not.toBe('http://engine');
});

test('event and answer are JSON: neither side sees the other’s objects', async () => {
  const { invoke } = await load(
    'export const handler = async (event) => ({ ...event, when: new Date(0), no: undefined })',
  );
  expect(await invoke('{"a":1}')).toEqual({ a: 1, when: '1970-01-01T00:00:00.000Z' });
});

test('the context tells the function its name, a request id and how much time is left', async () => {
  const { invoke } = await load(
    'export const handler = async (_, c) => [c.functionName, c.invokedFunctionArn, c.awsRequestId.length, c.getRemainingTimeInMillis()]',
    { Timeout: 7 },
  );
  const [name, arn, id, left] = (await invoke('{}')) as [string, string, number, number];
  expect([name, arn, id]).toEqual(['probe', buildArn('probe'), 36]);
  expect(left).toBeGreaterThan(6_000);
  expect(left).toBeLessThanOrEqual(7_000);
});

test('what a function throws names the function, and keeps the cause', async () => {
  const { invoke } = await load('export const handler = async () => { throw new TypeError("oops") }');
  await expect(invoke('{}')).rejects.toMatchObject({
    name: 'FunctionError',
    message: 'probe threw oops',
    cause: { name: 'TypeError' },
  });
});

test('a function that does not answer in time fails', async () => {
  const { invoke } = await load('export const handler = () => new Promise(() => {})', { Timeout: 0.05 });
  await expect(invoke('{}')).rejects.toThrow('probe timed out after 0.05 seconds');
});

test('neither event nor answer may be over 6 MB', async () => {
  const { invoke } = await load('export const handler = async ({ n }) => "x".repeat(n ?? 1)');
  await expect(invoke(JSON.stringify({ pad: 'x'.repeat(6 * 2 ** 20) }))).rejects.toMatchObject({
    status: 413,
  });
  await expect(invoke(JSON.stringify({ n: 6 * 2 ** 20 }))).rejects.toThrow('the answer is over 6 MB');
});

test('a bundle that does not load, or exports no handler, is named', async () => {
  await expect(load('throw new Error("no table")')).rejects.toThrow('Function probe fails to load: no table');
  await expect(load('export const other = 1')).rejects.toThrow(
    'Function probe: index.mjs exports no handler',
  );
});
