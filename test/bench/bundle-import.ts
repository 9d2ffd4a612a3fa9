import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { bundleFunctions, bundleOptions } from '#infra/bundling.ts';
import { median, type Result } from './result.ts';

const warmUps = 2;
const rounds = 21;

/** What anybody would bundle who needs a web framework and DynamoDB; not even a client is made. */
const peer = `
  export { Hono } from 'hono';
  export { BatchWriteItemCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';`;

const probe = `
  const start = performance.now();
  await import(process.argv[1]);
  process.stdout.write(String(performance.now() - start));`;

const env = {
  AWS_REGION: 'us-east-1',
  EVENTS_TABLE: 'events',
  CONTROL_TABLE: 'control',
  RETENTION_DAYS: '400',
};

/**
 * Import time of the `track` bundle, as it is deployed, against hono + client-dynamodb alone, bundled the plain way.
 * Each import is a fresh process; the two take turns, and medians are compared.
 */
export async function run(): Promise<Result[]> {
  const dir = await mkdtemp(join(tmpdir(), 'zhiqun-bench-'));
  try {
    const { bundles } = await bundleFunctions(dir);
    const track = join(bundles.track, 'index.mjs');
    const plain = join(dir, 'plain.mjs');
    await build({
      stdin: { contents: peer, resolveDir: bundleOptions.absWorkingDir },
      outfile: plain,
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      mainFields: ['module', 'main'],
    });
    const times: { track: number[]; plain: number[] } = { track: [], plain: [] };
    for (let round = -warmUps; round < rounds; round++) {
      const [trackMs, plainMs] = [await importMs(track), await importMs(plain)];
      if (round < 0) continue;
      times.track.push(trackMs);
      times.plain.push(plainMs);
    }
    const [trackMs, plainMs] = [median(times.track), median(times.plain)];
    const ratio = trackMs / plainMs;
    return [
      {
        name: 'import of the track bundle / hono + client-dynamodb alone',
        value: `${ratio.toFixed(2)} (${trackMs.toFixed(1)} / ${plainMs.toFixed(1)} ms)`,
        target: '≤ 1.00',
        ok: ratio <= 1,
      },
    ];
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function importMs(file: string): Promise<number> {
  const args = ['--input-type=module', '--eval', probe, pathToFileURL(file).href];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return Number(stdout);
}
