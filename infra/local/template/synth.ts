import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const projectDir = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Synthesizes the CDK app in a process of its own.
 * @param outDir where the cloud assembly goes
 * @throws Error with the app's own words if it fails
 */
export async function synthesize(outDir: string, signal: AbortSignal): Promise<void> {
  const context = process.env['CDK_CONTEXT_JSON'] ?? '{}';
  const child = spawn(process.execPath, ['infra/app.ts'], {
    cwd: projectDir,
    env: { ...process.env, CDK_OUTDIR: outDir, CDK_CONTEXT_JSON: context },
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr = (stderr + chunk).slice(-8_000);
  });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The CDK app (infra/app.ts) failed with ${code}:\n${stderr.trim()}`));
    });
  });
}
