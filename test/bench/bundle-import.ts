import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { bundleFunctions, bundleOptions } from '#infra/bundling/bundling.ts';
import { median, type Result } from './result.ts';

const warmUps = 2;
const rounds = 21;

/** Each bundle, and what anybody would bundle who needs the like; not even a client is made. */
const PEERS = [
  {
    name: 'track',
    than: 'hono + client-dynamodb alone',
    peer: `
      export { Hono } from 'hono';
      export { BatchWriteItemCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';`,
  },
  {
    name: 'api',
    than: '@hono/zod-openapi + client-dynamodb + client-s3 alone',
    peer: `
      export { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
      export { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
      export { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';`,
  },
] as const;

const probe = `
  const start = performance.now();
  await import(process.argv[1]);
  process.stdout.write(String(performance.now() - start));`;

const env = {
  AWS_REGION: 'us-east-1',
  EVENTS_TABLE: 'events',
  CONTROL_TABLE: 'control',
  RETENTION_DAYS: '400',
  MEMBERS_TABLE: 'members',
  IMPORTS_BUCKET: 'imports',
  DATA_BUCKET: 'data',
  OWNER_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:none',
  NIGHT_ARN: 'arn:aws:states:us-east-1:000000000000:stateMachine:none',
  RECOUNT_ARN: 'arn:aws:states:us-east-1:000000000000:stateMachine:none',
};

/**
 * Import time of bundles, as they are deployed, against their peers, bundled the plain way. Each import is a fresh
 * process; the two take turns, and medians are compared.
 */
export async function run(): Promise<Result[]> {
  const dir = await mkdtemp(join(tmpdir(), 'zhiqun-bench-'));
  try {
    const { bundles } = await bundleFunctions(dir);
    const results: Result[] = [];
    for (const { name, than, peer } of PEERS) {
      const plain = join(dir, `plain-${name}.mjs`);
      await bundlePlainly(peer, plain);
      const { ours, theirs } = await measureTimes(join(bundles[name], 'index.mjs'), plain);
      const ratio = ours / theirs;
      results.push({
        name: `import of the ${name} bundle / ${than}`,
        value: `${ratio.toFixed(2)} (${ours.toFixed(1)} / ${theirs.toFixed(1)} ms)`,
        target: '≤ 1.00',
        ok: ratio <= 1,
      });
    }
    return results;
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function bundlePlainly(contents: string, outfile: string): Promise<void> {
  await build({
    stdin: { contents, resolveDir: bundleOptions.absWorkingDir },
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
  });
}

/** Medians, in milliseconds. */
async function measureTimes(bundle: string, plain: string): Promise<{ ours: number; theirs: number }> {
  const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  for (let round = -warmUps; round < rounds; round++) {
    const [ours, theirs] = [await importMs(bundle), await importMs(plain)];
    if (round < 0) continue;
    times.ours.push(ours);
    times.theirs.push(theirs);
  }
  return { ours: median(times.ours), theirs: median(times.theirs) };
}

async function importMs(file: string): Promise<number> {
  const args = ['--input-type=module', '--eval', probe, pathToFileURL(file).href];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return Number(stdout);
}
