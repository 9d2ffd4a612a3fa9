import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startDynoxide } from '#infra/local/engines/dynoxide.ts';
import { type EngineOptions, engineBinary, enginePackage } from '#infra/local/engines/engine-package.ts';
import { createClient } from '#test/engines/dynamodb.ts';
import { type NpmRegistry, startNpmRegistry } from './npm-registry.ts';

// A platform that this computer is not, so that only the registry can have its engine.
const platform = process.platform === 'darwin' ? 'linux' : 'darwin';
const arch = 'arm64';
const wanted = enginePackage(platform, arch)!;
const script = '#!/bin/sh\necho "engine for $1"\n';

let dir: string;
let registry: NpmRegistry;
let said: string[];
let options: EngineOptions & { dir: string };

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'zhiqun-package-'));
  registry = await startNpmRegistry(dir);
  said = [];
  options = { platform, arch, dir: join(dir, 'engines'), env: registry.env, say: (line) => said.push(line) };
});
afterEach(async () => {
  await registry.stop();
  rmSync(dir, { recursive: true });
});

test('the first start installs the platform’s engine at the pinned version, and says so; later ones just find it', async () => {
  registry.publish(wanted, script);
  const before = ['package.json', 'package-lock.json'].map((file) => readFileSync(file, 'utf8'));
  const binary = await engineBinary(options);
  expect(execFileSync(binary, ['tests'], { encoding: 'utf8' })).toBe('engine for tests\n');
  expect(said).toEqual([
    `… installing the DynamoDB engine (${wanted.name} ${wanted.version}), this once`,
    expect.stringMatching(/^ {2}installing the DynamoDB engine \(.*\): done in \d+\.\d s$/),
  ]);
  expect(registry.asked).toEqual([`/${wanted.name}`, `/${wanted.name}/-/${wanted.version}.tgz`]);
  expect(readdirSync(options.dir)).toHaveLength(1);
  expect(['package.json', 'package-lock.json'].map((file) => readFileSync(file, 'utf8'))).toEqual(before);

  await registry.stop();
  expect(await engineBinary(options)).toBe(binary);
  expect(said).toHaveLength(2);
});

test('several that start at once all get a whole engine', async () => {
  registry.publish(wanted, script);
  const binaries = await Promise.all([1, 2, 3].map(() => engineBinary(options)));
  expect(new Set(binaries).size).toBe(1);
  expect(execFileSync(binaries[0]!, ['all'], { encoding: 'utf8' })).toBe('engine for all\n');
  expect(readdirSync(options.dir)).toHaveLength(1);
});

test('an installed engine is the one that starts', async () => {
  registry.publish(wanted, readFileSync(await engineBinary()));
  const engine = await startDynoxide(undefined, options);
  try {
    expect(said).toHaveLength(2);
    expect(await createClient(engine.endpoint).send(new ListTablesCommand())).toMatchObject({
      TableNames: [],
    });
  } finally {
    await engine.stop();
  }
});

test('without the package, without its version, with another file than announced or with nothing in it: one sentence', async () => {
  await expect(engineBinary(options)).rejects.toThrow(
    `Your npm registry does not have ${wanted.name}@${wanted.version}, the DynamoDB engine for`,
  );
  registry.publish({ ...wanted, version: '0.0.1' }, script);
  await expect(engineBinary(options)).rejects.toThrow(/^Your npm registry does not have .*: use the public/);
  registry.publish(wanted, script, 'something else');
  await expect(engineBinary(options)).rejects.toThrow(
    /is not what it had announced \(the checksums differ\): start again,/,
  );
  registry.publish({ ...wanted, file: 'README' }, script);
  await expect(engineBinary(options)).rejects.toThrow(/holds no DynamoDB engine for .* on arm64: use/);
  expect(readdirSync(options.dir)).toEqual([]);
});

test('without a network: one sentence', async () => {
  await registry.stop();
  await expect(engineBinary(options)).rejects.toThrow(
    /^The DynamoDB engine for .* could not be downloaded \(npm: .*ECONNREFUSED.*\): connect this computer/,
  );
});

test('without npm, or without the right to write: one sentence', async () => {
  const env = { PATH: dir, Path: dir };
  await expect(engineBinary({ ...options, env })).rejects.toThrow(
    /^npm, which installs the DynamoDB engine for .* on arm64, was not found: install npm/,
  );
  const file = join(dir, 'file');
  writeFileSync(file, '');
  await expect(engineBinary({ ...options, dir: file })).rejects.toThrow(
    `could not be installed because ${file} cannot be written to (E`,
  );
});

test('a platform without an engine is reported as such, and no registry is asked', async () => {
  const none = { ...options, platform: 'win32', arch: 'arm64' };
  await expect(engineBinary(none)).rejects.toThrow(
    'There is no DynamoDB engine for Windows on arm64: run this',
  );
  expect(registry.asked).toEqual([]);
  expect(said).toEqual([]);
});

const otherArch = process.arch === 'x64' ? 'arm64' : 'x64';
const otherPackage = enginePackage(process.platform, otherArch);

test.runIf(otherPackage)(
  'npm start says what it installs, and if it cannot, ends with that sentence alone',
  async () => {
    // As another computer would start: only the architecture that Node names is another one.
    const fake = `data:text/javascript,Object.defineProperty(process,'arch',{value:'${otherArch}'})`;
    const start = fileURLToPath(import.meta.resolve('#infra/local/start.ts'));
    const args = ['--import', fake, start, '--port', '0', '--data-dir', join(dir, 'data'), '--empty'];
    const child = spawn(process.execPath, args, { env: { ...registry.env, DYNAMODB_ENDPOINT: '' } });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    expect(code).toBe(1);
    expect(output).toContain(
      `… installing the DynamoDB engine (${otherPackage!.name} ${otherPackage!.version})`,
    );
    expect(output).toMatch(/\n\nYour npm registry does not have .*: use the public registry, or .*\.\n\n$/);
  },
);
