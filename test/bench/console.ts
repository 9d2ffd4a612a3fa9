import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { buildConsoleAssets, bundleOptions } from '#infra/bundling/bundling.ts';

import { median, type Result } from './result.ts';

const PAGES = [
  '/console',
  '/console/trends',
  '/console/profiles',
  '/console/members',
  '/console/value',
  '/console/feedback',
];
const ROUNDS = 40;
const MOST_MS = 15;
const MOST_BYTES = 150_000;

interface Fixture {
  consoleFixture(options: { style: string; script: string }): {
    ask(what: string, cookie?: string, form?: undefined, headers?: Record<string, string>): Promise<Response>;
    signIn(as: 'owner'): Promise<string>;
  };
}

/**
 * The console's server time per page and what travels: gzip, as the function packs it for browsers. Bundled as it is
 * deployed, over reports and models in memory, so it is all rendering; charts are drawn once per publication and kept.
 */
export async function run(): Promise<Result[]> {
  const dir = await mkdtemp(join(tmpdir(), 'zhiqun-console-'));
  try {
    const file = join(dir, 'fixture.mjs');
    await build({
      ...bundleOptions,
      entryPoints: [fileURLToPath(import.meta.resolve('#test/lib/console/console-fixture.ts'))],
      outfile: file,
    });
    const { consoleFixture } = (await import(pathToFileURL(file).href)) as Fixture;
    const assets = await buildConsoleAssets();
    const { ask, signIn } = consoleFixture({ style: assets['style.css'], script: assets['script.js'] });
    const cookie = await signIn('owner');
    const page = async (path: string) => {
      const answer = await ask(`GET ${path}`, cookie, undefined, { 'accept-encoding': 'gzip' });
      const bytes = (await answer.arrayBuffer()).byteLength;
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
      return bytes;
    };
    const style = gzipSync(assets['style.css'], { level: 5 }).length;
    const results: Result[] = [];
    for (const path of PAGES) {
      const times: number[] = [];
      const first = await timed(() => page(path));
      let bytes = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const { ms, value } = await timed(() => page(path));
        times.push(ms);
        bytes = value + style;
      }
      const p50 = median(times);
      results.push({
        name: `${path}: server time, p50 (first drawing)`,
        value: `${p50.toFixed(1)} ms (${first.ms.toFixed(0)} ms)`,
        target: `≤ ${MOST_MS} ms`,
        ok: p50 <= MOST_MS,
      });
      results.push({
        name: `${path}: page and style sheet, gzip`,
        value: `${(bytes / 1_000).toFixed(1)} KB`,
        target: `≤ ${MOST_BYTES / 1_000} KB`,
        ok: bytes <= MOST_BYTES,
      });
    }
    return results;
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function timed<T>(once: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const start = performance.now();
  const value = await once();
  return { ms: performance.now() - start, value };
}
