import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { collectFunctionOutput, runAsFunction } from '#infra/local/host/terminal-output.ts';

const dir = mkdtempSync(join(tmpdir(), 'zhiqun-output-'));
afterAll(() => rmSync(dir, { recursive: true }));

test('what functions write goes to their files, errors also to the terminal, and nowhere once the stack has stopped', () => {
  const terminal: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => terminal.push(String(text)) > 0);
  const said: string[] = [];
  const stop = collectFunctionOutput(dir, (line) => said.push(line));
  const write = (fields: object) =>
    runAsFunction('score', () => process.stdout.write(`${JSON.stringify(fields)}\n`));
  const log = () => readFileSync(join(dir, 'score.log'), 'utf8');

  write({ level: 'info', message: 'members scored' });
  write({ level: 'error', message: 'request failed', error: { reason: 'no answer' } });
  expect(log().trim().split('\n')).toHaveLength(2);
  expect(said).toEqual([`! score: request failed: no answer  (${join(dir, 'score.log')})`]);

  const before = log();
  stop();
  write({ level: 'error', message: 'invocation failed' });
  process.stdout.write('Stopped.\n');
  expect(log()).toBe(before);
  expect(said).toHaveLength(1);
  expect(terminal).toEqual(['Stopped.\n']);
});
