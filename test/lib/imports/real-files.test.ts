import { createReadStream, existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { toMinorUnits } from '#lib/events/money.ts';
import type { StoredEvent } from '#lib/events/stored-event.ts';
import { detectFileFormat, HEAD_BYTES } from '#lib/imports/formats/file-format.ts';
import { readRows } from '#lib/imports/formats/read-rows.ts';
import { importTally, type Sums } from '#lib/imports/jobs/import-record.ts';
import { rowIds } from '#lib/imports/jobs/row-ids.ts';
import { rowOutcome } from '#lib/imports/jobs/row-outcome.ts';
import { compileMapping } from '#lib/imports/mapping/map-row.ts';
import { formatHints } from '#lib/imports/mapping/schema.ts';
import { parsePreset } from '#lib/imports/presets/presets.ts';
import { ingestContext } from './table-files.ts';

const folder = new URL('../../../../shared/data/', import.meta.url);
const present = existsSync(folder);
if (!present) console.log(`real files: skipped, they are not at ${fileURLToPath(folder)}`);

async function imported(path: string, name: string): Promise<{ sums: Sums; events: StoredEvent[] }> {
  const file = new URL(path, folder);
  const handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  await handle.close();
  const mapping = parsePreset(name);
  const recognised = detectFileFormat(buffer.subarray(0, bytesRead), path, formatHints(mapping));
  const [compiled, ids, tally] = [compileMapping(mapping, recognised), rowIds(name), importTally()];
  const events: StoredEvent[] = [];
  let read = 0;
  for await (const batch of readRows(createReadStream(file), recognised)) {
    for (const row of batch.rows) {
      const outcome = rowOutcome(row, compiled, ids, ingestContext);
      tally.add(outcome);
      events.push(...outcome.events);
    }
    read = batch.bytesRead;
  }
  expect(read).toBe((await readFile(file)).byteLength);
  return { sums: tally.sums(), events };
}

const keys = (events: readonly StoredEvent[]) => new Set(events.map(({ userId, sk }) => `${userId} ${sk}`));
const count = (values: Iterable<string>) => {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
};

describe.skipIf(!present)('files of real communities', () => {
  test('Moodle: every row is an event, and every member’s number of them is the published one', async () => {
    const { sums, events } = await imported('moodle-la/Events.csv.gz', 'moodle');
    expect(sums).toMatchObject({ lines: 95_626, accepted: 95_626, dropped: 0, refused: 0 });
    expect(keys(events).size).toBe(95_626);
    const summary: Array<Record<string, string>> = parse(
      await readFile(new URL('moodle-la/AllCombined.csv', folder)),
      {
        columns: true,
        bom: true,
      },
    );
    const published = Object.fromEntries(summary.map((row) => [row['User'], Number(row['Frequency.Total'])]));
    expect(Object.keys(published)).toHaveLength(130);
    expect(count(events.map(({ userId }) => userId))).toEqual(published);
    expect(count(events.map(({ event }) => event!))).toMatchObject({
      'Reply Created': 2_083,
      'Discussion Created': 254,
      'Discussion Viewed': 13_164,
      'Post updated': 256,
    });
  });

  test('CDNOW: all purchases count, the 255 repeats too, and every customer’s sum is right to the cent', async () => {
    const { sums, events } = await imported('cdnow/CDNOW_master.txt.gz', 'orders');
    expect(sums).toMatchObject({ lines: 69_659, accepted: 69_659, dropped: 0, refused: 0 });
    expect(keys(events).size).toBe(69_659);
    const text = gunzipSync(await readFile(new URL('cdnow/CDNOW_master.txt.gz', folder))).toString();
    const lines = text
      .split('\r\n')
      .slice(1)
      .filter((line) => line.trim() !== '');
    expect(lines.length - new Set(lines).size).toBe(255);
    expect(events.filter(({ sk }) => !sk.endsWith('-0'))).toHaveLength(255);
    const wanted: Record<string, number> = {};
    for (const line of lines) {
      const [customer, , , dollars] = line.trim().split(/ +/) as [string, string, string, string];
      wanted[customer] = (wanted[customer] ?? 0) + Number(dollars.replace('.', ''));
    }
    const totals: Record<string, number> = {};
    for (const { userId, properties } of events) {
      totals[userId] = (totals[userId] ?? 0) + toMinorUnits(JSON.parse(properties!).total, 2)!;
    }
    expect(Object.keys(totals)).toHaveLength(23_570);
    expect(totals).toEqual(wanted);
  });

  test('Stack Exchange: questions, answers and comments of everybody with an account', async () => {
    const posts = await imported('se-quantumcomputing/Posts.xml.gz', 'stackexchange');
    const comments = await imported('se-quantumcomputing/Comments.xml.gz', 'stackexchange');
    expect(posts.sums).toMatchObject({ lines: 1_986, refused: 0 });
    expect(comments.sums).toMatchObject({ lines: 3_413, refused: 0 });
    const xml = gunzipSync(await readFile(new URL('se-quantumcomputing/Posts.xml.gz', folder))).toString();
    const owners = [...xml.matchAll(/<row Id="(\d+)" PostTypeId="([12])"[^>]*? OwnerUserId="(-?\d+)"/g)];
    expect(
      count(posts.events.map(({ event, userId, sk }) => `${event} ${userId} ${sk.split('#')[1]}`)),
    ).toEqual(
      count(
        owners.map(
          ([, id, type, user]) =>
            `${type === '1' ? 'Question Asked' : 'Answer Posted'} se-${user} post-${id}`,
        ),
      ),
    );
    expect(comments.sums.accepted + comments.sums.dropped).toBe(3_413);
    expect(comments.events.every(({ event }) => event === 'Comment Created')).toBe(true);
  });
});
