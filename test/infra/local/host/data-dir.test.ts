import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSecrets, serveSecrets } from '#infra/local/engines/secrets.ts';
import { identify, openDataDir } from '#infra/local/host/data-dir.ts';
import { writeJson } from '#infra/local/host/json-file.ts';

let dir: string;
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'zhiqun-dir-')), 'data');
});
afterEach(() => rmSync(join(dir, '..'), { recursive: true }));

function sleeper(): ChildProcess {
  return spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
}

test('one process at a time: the second learns which process has the directory', async () => {
  const first = await openDataDir(dir);
  await expect(openDataDir(dir)).rejects.toThrow(
    new RegExp(`in use by another local stack \\(pid ${process.pid}\\)`),
  );
  first.release();
  (await openDataDir(dir)).release();
});

test('of several that start at once, one gets the directory', async () => {
  const starts = await Promise.allSettled(Array.from({ length: 5 }, () => openDataDir(dir)));
  expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('the lock of a process that was killed does not count, even if its pid is in use again', async () => {
  (await openDataDir(dir)).release();
  writeJson(join(dir, 'running.json'), { pid: process.pid, startedAt: 'another time' });
  (await openDataDir(dir)).release();
  expect(readdirSync(dir)).toEqual(['zhiqun-local.json']);
});

test('an engine that a killed run left behind is ended first', async () => {
  const orphan = sleeper();
  const ended = new Promise((resolve) => orphan.once('exit', (_, signal) => resolve(signal)));
  const first = await openDataDir(dir);
  first.remember(orphan.pid);
  first.release();
  const second = await openDataDir(dir);
  expect(await ended).toBe('SIGTERM');
  expect(existsSync(second.at('engine.json'))).toBe(false);
  second.release();
});

test('another process that now has the pid of that engine is left alone', async () => {
  const other = sleeper();
  (await openDataDir(dir)).release();
  writeJson(join(dir, 'engine.json'), { pid: other.pid, startedAt: 'another time' });
  (await openDataDir(dir)).release();
  expect(identify(other.pid!)).toBeDefined();
  other.kill();
});

test('dropping takes everything; a directory that is not ours is never touched', async () => {
  const first = await openDataDir(dir);
  writeFileSync(first.at('dynamodb.sqlite'), 'data');
  first.release();
  const again = await openDataDir(dir, { fresh: true });
  again.clear();
  again.release();
  expect(readdirSync(dir)).toEqual(['zhiqun-local.json']);

  const foreign = join(dir, '..');
  await expect(openDataDir(foreign, { fresh: true })).rejects.toThrow('will not be deleted: it is not empty');
  await expect(openDataDir(foreign)).rejects.toThrow('will not be used as data directory');
  expect(existsSync(dir)).toBe(true);
});

test('a secret is made once, only its owner can read the file, and the endpoint gives it out', async () => {
  const data = await openDataDir(dir);
  const file = data.at('secrets.json');
  const made = openSecrets(file).ensure('arn:a', () => 'first');
  const secrets = openSecrets(file);
  expect([made, secrets.ensure('arn:a', () => 'second')]).toEqual(['first', 'first']);
  expect(statSync(file).mode & 0o777).toBe(0o600);

  const server = await serveSecrets(secrets);
  const ask = (SecretId: string, action = 'GetSecretValue') =>
    fetch(server.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': `secretsmanager.${action}` },
      body: JSON.stringify({ SecretId }),
    });
  expect(await (await ask('arn:a')).json()).toMatchObject({ ARN: 'arn:a', SecretString: 'first' });
  expect((await ask('arn:b')).status).toBe(400);
  expect((await ask('arn:a', 'DeleteSecret')).status).toBe(400);
  await server.stop();
  data.release();
});
