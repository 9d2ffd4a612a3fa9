import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { functionNames } from '#infra/bundling/bundling.ts';

const projectDir = fileURLToPath(new URL('../..', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'zhiqun-synth-test-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** No account, no profile, and no way out of this machine. */
const env = {
  PATH: `${join(projectDir, 'node_modules', '.bin')}:${process.env['PATH']}`,
  HOME: dir,
  HTTPS_PROXY: 'http://127.0.0.1:9',
  HTTP_PROXY: 'http://127.0.0.1:9',
};

const run = (command: string, args: string[], more: Record<string, string> = {}) =>
  promisify(execFile)(command, args, { cwd: projectDir, env: { ...env, ...more } });

/** The template, without the construct paths that only the cdk command asks for. */
const template = (out: string) =>
  JSON.parse(readFileSync(join(dir, out, 'Zhiqun.template.json'), 'utf8'), (key, value) =>
    key === 'Metadata' ? undefined : value,
  );
const functionAssets = (out: string) =>
  readdirSync(join(dir, out)).filter(
    (name) => name.startsWith('asset.') && readdirSync(join(dir, out, name)).includes('index.mjs'),
  );

test('cdk synth works with no AWS account and offline', async () => {
  await run('cdk', ['synth', '--quiet', '--output', join(dir, 'by-cli'), '-c', 'currency=USD']);
  expect(functionAssets('by-cli')).toHaveLength(functionNames.length);
  expect(JSON.stringify(template('by-cli'))).toContain('"ZHIQUN_CURRENCY":"USD"');
});

test('the app alone makes the same as the cdk command', async () => {
  await run('node', ['infra/app.ts'], {
    CDK_OUTDIR: join(dir, 'by-app'),
    CDK_CONTEXT_JSON: '{"currency":"USD"}',
  });
  expect(template('by-app')).toEqual(template('by-cli'));
  expect(functionAssets('by-app')).toEqual(functionAssets('by-cli'));
});

test('a wrong setting ends with its name and what is expected', async () => {
  const failed = run('node', ['infra/app.ts'], {
    CDK_OUTDIR: join(dir, 'wrong'),
    CDK_CONTEXT_JSON: '{"stage":"staging"}',
  });
  await expect(failed).rejects.toThrow('CDK context "stage" is "staging", expected prod or dev');
});
