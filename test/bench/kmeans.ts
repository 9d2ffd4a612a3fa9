import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { KMEANS_SETS, type KmeansSet, kmeansSet } from './kmeans-sets.ts';
import { type Python, pythonWith, runNode, runPython } from './python.ts';
import { median, type Result } from './result.ts';

const WIDTH = 12;
const K = 6;
const SEEDS = [1, 2, 3];
const MILLION = 1_000_000;
const MOST_TIME = 0.15;
const MOST_EXCESS = 0.005;
const MOST_MB = 200;
const CHILD = 'kmeans.mjs';

interface Fit {
  ms: number;
  inertia: number;
  peakMb: number;
}

/**
 * K-means against scikit-learn's, over the same rows, each fit in a process of its own. Ours is bundled as the
 * functions are, since a TypeScript loader would count among its memory.
 */
export async function run(): Promise<Result[]> {
  const python = await pythonWith('sklearn', 'numpy');
  const folder = await mkdtemp(join(tmpdir(), 'zhiqun-kmeans-'));
  try {
    await build({
      entryPoints: [join(import.meta.dirname, 'kmeans-child.ts')],
      outfile: join(folder, CHILD),
      bundle: true,
      platform: 'node',
      format: 'esm',
    });
    const results: Result[] = [];
    for (const count of [10_000, 100_000]) results.push(...(await compare(folder, 'log1p+z', count, python)));
    for (const set of KMEANS_SETS) results.push(...(await compare(folder, set, MILLION, python)));
    return results;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function compare(
  folder: string,
  set: KmeansSet,
  count: number,
  python: Python | undefined,
): Promise<Result[]> {
  const path = join(folder, 'rows.f64');
  await writeFile(path, kmeansSet(set, count));
  const ours: Fit[] = [];
  const once: Fit[] = [];
  const tenTimes: Fit[] = [];
  // In turn, so that a busy moment of the machine falls on all of them.
  for (const seed of SEEDS) {
    ours.push(await runNode<Fit>(join(folder, CHILD), [path, ...[WIDTH, K, seed].map(String)]));
    // What the product clusters is measured in full, the rest with one fit of the peer.
    if (python === undefined || (set !== 'log1p+z' && seed !== SEEDS[0])) continue;
    once.push(await peer(python, path, 1, seed));
    tenTimes.push(await peer(python, path, 10, seed));
  }
  const name = `kmeans ${count.toLocaleString('en')} × ${WIDTH}, ${set}`;
  const peakMb = Math.max(...ours.map((fit) => fit.peakMb));
  const memory: Result = {
    name: `${name}: peak memory`,
    value: `${peakMb.toFixed(0)} MB${once.length > 0 ? ` (scikit-learn ${once[0]!.peakMb.toFixed(0)} MB)` : ''}`,
    target: `≤ ${MOST_MB} MB`,
    ok: peakMb <= MOST_MB,
  };
  if (tenTimes.length === 0) return [memory];

  const measureMs = (fits: readonly Fit[]) => median(fits.map(({ ms }) => ms));
  const time = measureMs(ours) / measureMs(tenTimes);
  const best = median(tenTimes.map(({ inertia }) => inertia));
  const excess = median(ours.map(({ inertia }) => inertia)) / best - 1;
  const worst = Math.max(...ours.map(({ inertia }) => inertia)) / best - 1;
  const binding = count === MILLION;
  return [
    {
      name: `${name}: time against scikit-learn n_init=10`,
      value: `${time.toFixed(3)} × (${(measureMs(ours) / measureMs(once)).toFixed(2)} × n_init=1)`,
      target: binding ? `≤ ${MOST_TIME} ×` : 'at 1 M',
      ok: !binding || time <= MOST_TIME,
    },
    {
      name: `${name}: inertia over n_init=10`,
      value: `${percent(excess)} (worst seed ${percent(worst)})`,
      target: `≤ ${percent(MOST_EXCESS)}`,
      ok: excess <= MOST_EXCESS,
    },
    ...(binding ? [memory] : []),
  ];
}

const peer = (python: Python, path: string, starts: number, seed: number): Promise<Fit> =>
  runPython(python, join(import.meta.dirname, 'kmeans.py'), [path, ...[WIDTH, K, starts, seed].map(String)]);

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
