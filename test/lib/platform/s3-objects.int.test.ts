import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { StoreError } from '#lib/platform/errors.ts';
import { type ManagedObjectStore, s3Objects } from '#lib/platform/s3.ts';
import { startBucket } from '#test/engines/s3.ts';

let engine: Awaited<ReturnType<typeof startBucket>>;
let objects: ManagedObjectStore;
const text = async (key: string) => {
  const found = await objects.get(key);
  return found && Buffer.from(found.body).toString();
};

beforeAll(async () => {
  engine = await startBucket();
  for (const [name, value] of Object.entries(engine.env)) vi.stubEnv(name, value);
  objects = s3Objects(engine.env, engine.bucket);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await engine.stop();
});

test('what was written is read again, and what is not there is undefined', async () => {
  await objects.put('models/报告 +%/a.json', '{"名":1}', 'application/json');
  expect(await text('models/报告 +%/a.json')).toBe('{"名":1}');
  expect(await objects.get('models/none.json')).toBeUndefined();
  await objects.put('empty', '');
  expect(await text('empty')).toBe('');
});

test('an object that has not changed is not sent again', async () => {
  await objects.put('current', 'one');
  const first = await objects.get('current');
  if (first === undefined) throw new Error('it is not there');
  expect(await objects.get('current', first.etag)).toBe('unchanged');
  await objects.put('current', 'two');
  const second = await objects.get('current', first.etag);
  expect(second).toMatchObject({ body: new Uint8Array(Buffer.from('two')) });
});

test('an object larger than one upload may be arrives whole, and its copy too', async () => {
  const body = new Uint8Array(20 * 1024 * 1024).map((_, i) => i * 7);
  await objects.put('large/a +b%', body);
  await objects.copy('large/a +b%', 'large/copy');
  const copied = await objects.get('large/copy');
  expect(copied !== undefined && Buffer.from(body).equals(copied.body)).toBe(true);
});

test('a list has every key below a prefix, however many, and deleting leaves none', async () => {
  const keys = Array.from({ length: 1_100 }, (_, i) => `many/${String(i).padStart(4, '0')}`);
  for (let at = 0; at < keys.length; at += 100)
    await Promise.all(keys.slice(at, at + 100).map((key) => objects.put(key, 'x')));
  await objects.put('many-more', 'stays');
  expect(await objects.list('many/')).toEqual(keys);
  await objects.delete([...keys, 'many/never-there']);
  expect(await objects.list('many/')).toEqual([]);
  expect(await text('many-more')).toBe('stays');
  await objects.delete([]);
});

test('a failure names the object, and a missing bucket is not taken for a missing object', async () => {
  const nowhere = s3Objects(engine.env, 'no-such-bucket');
  const failure = await nowhere.get('models/current.json').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StoreError);
  expect(failure).toMatchObject({ message: 'read models/current.json', retriable: false });
  await expect(nowhere.put('a/b', 'x')).rejects.toThrow('write a/b');
  await expect(objects.copy('not/there', 'to/here')).rejects.toThrow('copy not/there to to/here');
});
