import { readdir } from 'node:fs/promises';
import type { Result } from './result.ts';

const NO_BENCH = new Set([
  'guide-child.ts',
  'function-child.ts',
  'pipeline-members.ts',
  'scan-child.ts',
  'run.ts',
  'result.ts',
  'sdk-events.ts',
  'python.ts',
  'kmeans-child.ts',
  'kmeans-sets.ts',
  'instant-engine-child.ts',
]);

/** Runs every benchmark beside this file, or those named on the command line, and prints one table. */
const wanted = process.argv.slice(2);
const files = (await readdir(import.meta.dirname)).filter(
  (file) => file.endsWith('.ts') && !NO_BENCH.has(file),
);
const names = files
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => wanted.length === 0 || wanted.includes(name));
const results: Result[] = [];
for (const name of names.sort()) {
  process.stderr.write(`${name} …\n`);
  const { run } = (await import(`./${name}.ts`)) as { run: () => Promise<Result[]> };
  results.push(...(await run()));
}
console.table(
  Object.fromEntries(
    results.map(({ name, value, target, ok }) => [name, { value, target, reached: ok ? 'yes' : 'NO' }]),
  ),
);
