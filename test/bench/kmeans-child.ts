import { closeSync, openSync, readSync } from 'node:fs';
import { kmeans } from '#lib/models/numeric/kmeans/kmeans.ts';

const BLOCK_ROWS = 65_536;

/** Our K-means over a file of 64-bit floats, row after row: path, width, k, seed. Prints what kmeans.py prints. */
const [path, ...numbers] = process.argv.slice(2);
const [width, k, seed] = numbers.map(Number) as [number, number, number];

const blocks: Float64Array[] = [];
const file = openSync(path!, 'r');
for (;;) {
  const block = new Float64Array(BLOCK_ROWS * width);
  const bytes = readSync(file, block);
  if (bytes > 0) blocks.push(bytes < block.byteLength ? block.slice(0, bytes / 8) : block);
  if (bytes < block.byteLength) break;
}
closeSync(file);
const start = performance.now();
const { inertia } = kmeans({ width, blocks }, { k, seed });
const ms = performance.now() - start;
console.log(JSON.stringify({ ms, inertia, peakMb: process.resourceUsage().maxRSS / 1024 }));
