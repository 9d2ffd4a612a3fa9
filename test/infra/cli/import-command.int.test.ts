import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { importCommand } from '#infra/cli/import.ts';
import { findFreePort } from '#infra/local/engines/dynoxide.ts';
import { parseMapping } from '#lib/imports/mapping/schema.ts';
import { startImportStack } from './import-stack.ts';

let stack: Awaited<ReturnType<typeof startImportStack>>;
let dir: string;

beforeAll(async () => {
  stack = await startImportStack();
  dir = mkdtempSync(join(tmpdir(), 'zhiqun-test-'));
  writeFileSync(at('stack.json'), JSON.stringify({ api: stack.api, secretKey: stack.findKey('owner') }));
});
beforeEach(() => {
  stack.requests.length = 0;
});
afterAll(async () => {
  await stack.stop();
  rmSync(dir, { recursive: true });
});

const at = (name: string) => join(dir, name);
function file(name: string, content: string): string {
  writeFileSync(at(name), content);
  return at(name);
}

/** Runs the command against the stack, or with exactly these arguments and variables. */
async function run(args: string[], { env = {}, isTTY = false, bare = false } = {}) {
  let out = '';
  let err = '';
  const code = await importCommand(bare ? args : [...args, '--data-dir', dir], {
    env,
    out: { isTTY, columns: 60, write: (text) => (out += text) },
    err: { write: (text) => (err += text) },
  });
  return { code, out, err };
}

const orders = (rows: number) =>
  `customer_id,date,amount\n${Array.from({ length: rows }, (_, i) => `c${i % 7},2026-01-02,${i}.50\n`).join('')}`;

test('a file is uploaded, imported, and its sums are printed', async () => {
  const { code, out, err } = await run([file('orders.csv', orders(2_000)), '--source', 'orders']);
  expect(err).toBe('');
  expect(out).toMatch(/Uploaded orders\.csv \([\d,]+ bytes\)\. It is imported as imp_[0-9a-f]{24},/);
  expect(out).toMatch(/rows +2,000\n +accepted +2,000\n +dropped +0\n +refused +0\n +events +2,000\n/);
  expect(out).toContain('mapping   orders@ready');
  expect(out).not.toContain('\r');
  expect(code).toBe(0);
});

test('refused rows are shown, with where all of them are, and end with 1', async () => {
  const broken = `${orders(20)}c1,2026-01-02,free\nc2,never,1\n`;
  const { code, out } = await run([file('broken.csv', broken), '--source', 'orders']);
  expect(out).toMatch(/refused +2\n/);
  expect(out).toMatch(/First refused:\n {2}line 22, amount: .+\n {2}line 23, date: .+\n/);
  const url = /All of them, for an hour at most:\n +(\S+)/.exec(out)?.[1] ?? '';
  expect((await (await fetch(url)).text()).trim().split('\n')).toHaveLength(2);
  expect(code).toBe(1);
});

test('a file of several parts arrives whole', async () => {
  const rows = 40_000;
  const wide = orders(rows).replaceAll(',2026-01-02,', `,2026-01-02${' '.repeat(220)},`);
  expect(wide.length).toBeGreaterThan(8 * 1024 * 1024);
  const { code, out, err } = await run([file('wide.csv', wide), '--source', 'orders']);
  expect(err).toBe('');
  expect(out).toMatch(/rows +40,000\n +accepted +40,000\n/);
  expect(stack.requests.filter((one) => one.endsWith('/complete'))).toHaveLength(1);
  expect(code).toBe(0);
});

test('an upload that outlasts its addresses goes on with the part it was at', async () => {
  const rows = 4_000;
  const wide = orders(rows).replaceAll(',2026-01-02,', `,2026-01-02${' '.repeat(12_000)},`);
  const parts = Math.ceil(wide.length / (8 * 1024 * 1024));
  expect(parts).toBeGreaterThan(4);
  const { treat, seen } = stack.s3;
  const from = seen.length;
  stack.s3.treat = (request) => {
    const treatment = treat(request);
    // Whoever comes after the first part, comes two hours later.
    if (request.method === 'PUT' && stack.clock.aheadMs === 0) stack.clock.aheadMs = 2 * 3_600_000;
    return treatment;
  };
  const { code, out, err } = await run([file('wide.csv', wide), '--source', 'orders']);
  stack.s3.treat = treat;
  stack.clock.aheadMs = 0;
  expect(err).toBe('');
  expect(out).toMatch(/rows +4,000\n +accepted +4,000\n/);
  expect(stack.requests.filter((one) => one.endsWith('/upload'))).toHaveLength(1);
  const puts = seen.slice(from).filter((one) => one.startsWith('PUT'));
  expect(puts.filter((one) => one.endsWith(' 200'))).toHaveLength(parts);
  expect(puts.filter((one) => one.endsWith(' 403')).length).toBeGreaterThan(0);
  expect(code).toBe(0);
});

test('an import that fails says why and ends with 1', async () => {
  const { code, out } = await run([file('odd.csv', 'a,b\n1,2\n'), '--source', 'orders']);
  expect(out).toMatch(/Import imp_\w+ failed: .*its columns are: a, b/);
  expect(code).toBe(1);
});

test('on a terminal the bar is drawn on one line, and gone in the end', async () => {
  const { out } = await run([file('orders.csv', orders(10)), '--source', 'orders'], { isTTY: true });
  const lines = out.split('\r\x1b[K');
  expect(lines).toContain(`import ${'░'.repeat(24)}   0 %  queued`);
  for (const line of lines.filter((one) => !one.includes('\n'))) expect(line.length).toBeLessThan(60);
  expect(lines.at(-1)).toMatch(/^Imported imp_/);
});

describe('--mapping', () => {
  const shop = { userId: 'who', time: { column: 'when' }, event: 'Order Completed' };
  const csv = 'who,when\nu_1,2026-01-02\n';

  test('stores a mapping for the source first, and only when it is another one', async () => {
    const args = [
      file('shop.csv', csv),
      '--source',
      'shop',
      '--mapping',
      file('shop.json', JSON.stringify(shop)),
    ];
    const first = await run(args);
    expect(first.out).toContain('The source shop has a new mapping: version 1.');
    expect(first.out).toContain('mapping   shop@1');
    expect(first.code).toBe(0);
    const again = await run(args);
    expect(again.out).not.toContain('new mapping');
    expect(again.code).toBe(0);
    expect(await stack.sources.mapping('shop')).toMatchObject({ version: 1, mapping: parseMapping(shop) });
  });

  test('takes a ready mapping by its name', async () => {
    const path = file('orders.csv', orders(1));
    const other = await run([path, '--source', 'cdnow', '--mapping', 'orders']);
    expect(other.out).toContain('The source cdnow has a new mapping: version 1.');
    const own = await run([path, '--source', 'orders', '--mapping', 'orders']);
    expect(own.out).toContain('mapping   orders@ready');
    expect(stack.requests.filter((one) => one.startsWith('PUT'))).toEqual(['PUT /v1/sources/cdnow/mapping']);
  });

  test.each([
    ['moodel', 'there is no ready mapping "moodel"; there are: moodle,'],
    ['nowhere.json', 'nowhere.json: there is no such file'],
    ['text.json', 'text.json: the file is not JSON'],
    ['wrong.json', 'the mapping is not valid: userId'],
  ])('%s is refused before anything is sent', async (mapping, message) => {
    file('text.json', 'user: who');
    file('wrong.json', JSON.stringify({ ...shop, userId: 7 }));
    const option = mapping.endsWith('.json') ? at(mapping) : mapping;
    const { code, err } = await run([file('a.csv', csv), '--source', 'shop', '--mapping', option]);
    expect(err).toContain(message);
    expect(code).toBe(2);
    expect(stack.requests).toEqual([]);
  });
});

describe('a call that cannot be meant', () => {
  test.each([
    [[], 'Which file?'],
    [['no.csv', '--source', 'orders'], 'There is no file no.csv'],
    [['.', '--source', 'orders'], '. is not a file'],
    [['package.json'], '--source is missing'],
    [['package.json', '--source', 'A b'], '--source A b: expected'],
    [['package.json', 'tsconfig.json', '--source', 'a'], 'One file at a time'],
    [['package.json', '--sauce', 'a'], "'--sauce'"],
    [['package.json', '--source', 'a', '--api', 'localhost'], '--api localhost: expected an address'],
    [['package.json', '--source', 'a', '--api', 'http://localhost'], 'needs a secret key'],
    [['package.json', '--source', 'a', '--data-dir', '/nowhere'], 'There is no /nowhere/stack.json'],
  ])('%j ends with 2 and says what to do', async (args, message) => {
    const { code, err } = await run(args, { bare: true });
    expect(err).toContain(message);
    expect(err).toContain('--help');
    expect(code).toBe(2);
  });

  test('an empty file ends with 2', async () => {
    const { code, err } = await run([file('empty.csv', ''), '--source', 'orders']);
    expect(err).toContain('is empty');
    expect(code).toBe(2);
  });
});

test('--help explains itself', async () => {
  expect(await run(['--help'])).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringContaining('--source NAME'),
  });
});

test('with no zhiqun running it says how to start one', async () => {
  const nowhere = `http://127.0.0.1:${await findFreePort()}`;
  const args = [file('a.csv', orders(1)), '--source', 'orders', '--api', nowhere, '--key', 'sk_1'];
  const { code, err } = await run(args, { bare: true });
  expect(err).toContain(`Nothing answers at ${nowhere} (ECONNREFUSED)`);
  expect(err).toContain('npm start');
  expect(code).toBe(1);
});

test.each([
  ['sk_unknown', 'does not know this key'],
  ['reader', 'the role operator'],
])('with the key %s it says what is wrong with it', async (key, message) => {
  const env = { ZHIQUN_API: `${stack.api}/`, ZHIQUN_KEY: key === 'reader' ? stack.findKey('reader') : key };
  const { code, err } = await run([file('a.csv', orders(1)), '--source', 'orders'], { env, bare: true });
  expect(err).toContain(message);
  expect(code).toBe(1);
});
