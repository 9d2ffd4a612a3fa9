import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { detectFileFormat, HEAD_BYTES } from '#lib/imports/formats/file-format.ts';
import { readRows } from '#lib/imports/formats/read-rows.ts';
import { rowIds } from '#lib/imports/jobs/row-ids.ts';
import { compileMapping, mapRow } from '#lib/imports/mapping/map-row.ts';
import { formatHints, type Mapping, parseMapping } from '#lib/imports/mapping/schema.ts';
import { parsePreset } from '#lib/imports/presets/presets.ts';
import { median, type Result } from './result.ts';

const ROUNDS = 9;
const ROWS = 200_000;
const CHUNK_BYTES = 64 * 1024;
const TARGET = 0.6;
const LONG_FILE_MB = 300;
const MOST_MEMORY_MB = 300;

const moodleLog = new URL('../../../shared/data/moodle-la/Events.csv.gz', import.meta.url);

const posts = parseMapping({
  userId: 'user',
  time: { column: 'time', format: 'yyyy/M/d H:mm:ss' },
  event: { column: 'kind', values: { 发帖: 'Post Created', 回复: 'Reply Created' }, otherwise: 'keep' },
  properties: {
    text: { column: 'text' },
    total: { column: 'paid', type: 'money', unit: 'yuan', currency: 'CNY' },
  },
});

/**
 * Reading, mapping and naming the rows of a file, against csv-parse that only cuts the same bytes into cells (in one
 * go, which is faster than its stream). Both take turns; medians. And the memory that a long file takes.
 */
export async function run(): Promise<Result[]> {
  const results = [
    await against('a generated log, no quotes', generated(false), posts),
    await against('generated posts, every cell quoted', generated(true), posts),
  ];
  if (existsSync(moodleLog)) {
    const bytes = gunzipSync(await readFile(moodleLog));
    results.push(await against('a real Moodle log', bytes, parsePreset('moodle')));
  }
  results.push(await memory());
  return results;
}

async function against(what: string, bytes: Buffer, mapping: Mapping): Promise<Result> {
  const [ours, alone]: [number[], number[]] = [[], []];
  let rows = 0;
  for (let round = -2; round < ROUNDS; round += 1) {
    const start = performance.now();
    rows = await readAndMap(chunksOf(bytes), bytes, mapping);
    const middle = performance.now();
    const parsed = parse(bytes).length;
    const end = performance.now();
    if (parsed !== rows + 1) throw new Error(`csv-parse read ${parsed} rows, we ${rows}`);
    if (round < 0) continue;
    ours.push(rows / (middle - start));
    alone.push(rows / (end - middle));
  }
  const ratio = median(ours) / median(alone);
  return {
    name: `parse and map, rows per second / csv-parse alone: ${what}`,
    value: `${ratio.toFixed(2)} (${median(ours).toFixed(0)} / ${median(alone).toFixed(0)} k rows/s)`,
    target: `≥ ${TARGET.toFixed(2)}`,
    ok: ratio >= TARGET,
  };
}

async function readAndMap(
  chunks: AsyncIterable<Uint8Array>,
  bytes: Buffer,
  mapping: Mapping,
): Promise<number> {
  const recognised = detectFileFormat(bytes.subarray(0, HEAD_BYTES), 'bench', formatHints(mapping));
  const compiled = compileMapping(mapping, recognised);
  const ids = rowIds('bench');
  let accepted = 0;
  for await (const { rows } of readRows(chunks, recognised)) {
    for (const row of rows) {
      for (const mapped of mapRow(row, compiled)) {
        if (mapped.outcome !== 'accepted') throw new Error(`line ${row.line}: ${JSON.stringify(mapped)}`);
        if (ids.next(compiled.rowContent(row)).length > 0) accepted += 1;
      }
    }
  }
  return accepted;
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

/** In a process of its own, so that nothing else is in its memory. */
async function memory(): Promise<Result> {
  const script = `import { longFileMegabytes } from ${JSON.stringify(import.meta.url)};
    process.stdout.write(String(await longFileMegabytes()));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  const megabytes = Number(stdout);
  return {
    name: `memory of a process that reads and maps ${LONG_FILE_MB} MB of gzipped rows`,
    value: `${megabytes.toFixed(0)} MB`,
    target: `≤ ${MOST_MEMORY_MB} MB`,
    ok: megabytes > 0 && megabytes <= MOST_MEMORY_MB,
  };
}

/** The same rows over and over, as members of one gzip file: as long a file as one likes. */
export async function longFileMegabytes(): Promise<number> {
  const bytes = generated(false, ROWS / 10);
  const rows = bytes.subarray(bytes.indexOf('\n') + 1);
  const [first, again] = [gzipSync(bytes), gzipSync(rows)];
  let most = 0;
  const watched = async function* (): AsyncGenerator<Uint8Array> {
    yield* chunksOf(first);
    for (let left = LONG_FILE_MB * 1e6 - bytes.length; left > 0; left -= rows.length) {
      for await (const chunk of chunksOf(again)) {
        most = Math.max(most, process.memoryUsage.rss());
        yield chunk;
      }
    }
  };
  await readAndMap(watched(), first, posts);
  return most / 1e6;
}

function generated(quoted: boolean, rows = ROWS): Buffer {
  const lines = ['id,user,time,kind,text,paid'];
  for (let i = 0; i < rows; i += 1) {
    const mixed = Math.imul(i, 2654435761) >>> 0;
    const aside = quoted && i % 10 === 0 ? '\n他说 ""先做完再做好"",' : ',';
    const text = quoted
      ? `第${i}次打卡${aside}今天学完了第三章, 讲的是怎样给知识付费社群分层`
      : `第${i}条: 讨论知识付费的问题`;
    const cells = [
      `${i}`,
      `u_${mixed % 5_000}`,
      `2024/${1 + (i % 12)}/${1 + (mixed % 28)} ${mixed % 24}:${10 + (i % 50)}:00`,
      ['发帖', '回复', '打卡'][mixed % 3],
      text,
      (mixed % 100_000) / 100,
    ];
    lines.push(cells.map((cell) => (quoted ? `"${cell}"` : cell)).join(','));
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}
