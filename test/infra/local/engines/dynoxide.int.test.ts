import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startDynoxide } from '#infra/local/engines/dynoxide.ts';
import { identify } from '#infra/local/host/data-dir.ts';

test('an engine that cannot start says why', async () => {
  await expect(startDynoxide('/nowhere/at/all.sqlite')).rejects.toThrow('unable to open database file');
});

test('an engine that dies is noticed, one that is stopped is gone', async () => {
  const dying = await startDynoxide();
  process.kill(dying.pid, 'SIGKILL');
  expect(await dying.exited).toMatch(/exit/);
  const stopped = await startDynoxide();
  await stopped.stop();
  expect(identify(stopped.pid)).toBeUndefined();
});

test('an engine does not outlive the process that started it, even if that is killed', async () => {
  const source = `
    import { startDynoxide } from ${JSON.stringify(import.meta.resolve('#infra/local/engines/dynoxide.ts'))};
    console.log((await startDynoxide()).pid);`;
  const dir = mkdtempSync(join(tmpdir(), 'zhiqun-owner-'));
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', source], { cwd: dir });
  const pid = await new Promise<number>((resolve) =>
    owner.stdout.once('data', (text) => resolve(Number(text))),
  );
  expect(identify(pid)).toBeDefined();
  owner.kill('SIGKILL');
  await vi.waitFor(() => expect(identify(pid)).toBeUndefined());
  rmSync(dir, { recursive: true });
});
