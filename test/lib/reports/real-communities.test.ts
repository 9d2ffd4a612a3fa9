import { createReadStream, existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { addDays, createCalendar } from '#lib/events/calendar.ts';
import type { StoredEvent } from '#lib/events/stored-event.ts';
import { ACTIONS, buildTaxonomy } from '#lib/events/taxonomy.ts';
import type { MemberDays } from '#lib/features/features.ts';
import { detectFileFormat, HEAD_BYTES } from '#lib/imports/formats/file-format.ts';
import { readRows } from '#lib/imports/formats/read-rows.ts';
import { rowIds } from '#lib/imports/jobs/row-ids.ts';
import { rowOutcome } from '#lib/imports/jobs/row-outcome.ts';
import { compileMapping } from '#lib/imports/mapping/map-row.ts';
import { formatHints } from '#lib/imports/mapping/schema.ts';
import { moodle } from '#lib/imports/presets/moodle.ts';
import { parsePreset } from '#lib/imports/presets/presets.ts';
import { createCountingRules } from '#lib/members/contribution.ts';
import { assembleReport } from '#lib/reports/assemble.ts';
import type { Report } from '#lib/reports/report.ts';
import { emptyScoredSums } from '#lib/reports/scored-sums.ts';
import { foldLog } from '#test/lib/members/plain-fold.ts';
import { ingestContext } from '../imports/table-files.ts';
import { computeSums } from './community.ts';

const folder = new URL('../../../../shared/data/', import.meta.url);
const present = existsSync(folder);
if (!present) console.log(`real communities: skipped, they are not at ${fileURLToPath(folder)}`);

const sum = (series: readonly number[]) => series.reduce((total, figure) => total + figure, 0);

/** What a file comes to as of a date, from its rows through the import's mapping, the fold and the sums. */
async function buildReport(path: string, name: string, asOf: string, currency: string): Promise<Report> {
  const file = new URL(path, folder);
  const handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  await handle.close();
  const mapping = parsePreset(name);
  const recognised = detectFileFormat(buffer.subarray(0, bytesRead), path, formatHints(mapping));
  const [compiled, ids] = [compileMapping(mapping, recognised), rowIds(name)];
  const events: StoredEvent[] = [];
  for await (const { rows } of readRows(createReadStream(file), recognised)) {
    for (const row of rows) events.push(...rowOutcome(row, compiled, ids, ingestContext).events);
  }
  const rules = createCountingRules(buildTaxonomy(), createCalendar('Asia/Shanghai'), currency);
  const members = [...Map.groupBy(events, ({ userId }) => userId).values()].map((log) =>
    buildDays(foldLog(log, rules).amounts),
  );
  return assembleReport({
    ...{ runId: 'run', generatedAt: '', timeZone: 'Asia/Shanghai', currency, profiles: [] },
    ...{
      imports: { imported: 0, refused: 0, duplicates: 0 },
      deadLetters: 0,
      audit: null,
      previous: undefined,
    },
    sums: computeSums(members, asOf),
    scored: emptyScoredSums(),
  });
}

const buildDays = (items: ReadonlyMap<string, Record<string, number>>): MemberDays =>
  [...items]
    .filter(([sk]) => sk.startsWith('day#'))
    .map(([sk, amounts]) => ({ date: sk.slice(4), amounts }))
    .sort((a, b) => (a.date < b.date ? -1 : 1));

describe.skipIf(!present)('reports of real communities', { timeout: 30_000 }, () => {
  test('CDNOW: revenue is the sum of the file, to the cent, in all and in every month', async () => {
    const report = await buildReport('cdnow/CDNOW_master.txt.gz', 'orders', '1998-07-01', 'CNY');
    const text = gunzipSync(await readFile(new URL('cdnow/CDNOW_master.txt.gz', folder))).toString();
    const rows = text
      .split('\r\n')
      .slice(1)
      .filter((line) => line.trim() !== '')
      .map((line) => line.trim().split(/ +/) as [string, string, string, string]);
    const months: Record<string, number> = {};
    for (const [, date, , dollars] of rows) {
      const month = `${date.slice(0, 4)}-${date.slice(4, 6)}`;
      months[month] = (months[month] ?? 0) + Number(dollars.replace('.', ''));
    }
    expect(report.members).toBe(23_570);
    expect(report.daily).toMatchObject({ from: '1997-01-01' });
    expect(report.daily.dau).toHaveLength(546);
    expect(sum(report.daily.revenueMinor)).toBe(sum(Object.values(months)));
    expect(sum(report.daily.revenueMinor)).toBe(250_031_563);
    expect(sum(report.daily.actions.order)).toBe(69_659);
    expect(Object.fromEntries(report.months.map((month) => [month.month, month.revenueMinor]))).toEqual(
      months,
    );
    const seen = (month: string) =>
      new Set(rows.filter(([, date]) => date.startsWith(month)).map(([customer]) => customer));
    const [may, june] = [seen('199805'), seen('199806')];
    expect(report.retention).toMatchObject({
      month: '1998-06',
      numerator: may.intersection(june).size,
      denominator: may.size,
    });
  });

  test('Moodle: members, actions and the visitors of every day are those of the log', async () => {
    const report = await buildReport('moodle-la/Events.csv.gz', 'moodle', '2019-10-28', 'CNY');
    const log = gunzipSync(await readFile(new URL('moodle-la/Events.csv.gz', folder)));
    const rows: Array<Record<'user' | 'timecreated' | 'Event.name', string>> = parse(log, {
      columns: true,
      bom: true,
    });
    const names: Record<string, string> = moodle.event.values;
    const taxonomy = buildTaxonomy();
    const parseAction = (row: (typeof rows)[number]) =>
      taxonomy.get(names[row['Event.name']] ?? row['Event.name']);
    const acting = rows.filter((row) => parseAction(row) !== undefined);
    const { actions, dau, from } = report.daily;
    expect(report.members).toBe(130);
    expect(actions.post.length).toBe(49);
    const published = Map.groupBy(acting, parseAction);
    for (const action of ACTIONS) expect(sum(actions[action])).toBe(published.get(action)?.length ?? 0);
    expect(sum(actions.post)).toBe(254);
    const days = Map.groupBy(acting, ({ timecreated }) => timecreated.slice(0, 10));
    expect(dau).toEqual(dau.map((_, i) => new Set(days.get(addDays(from, i))?.map(({ user }) => user)).size));
    expect(report.months.map(({ month, complete }) => [month, complete])).toEqual([
      ['2019-09', true],
      ['2019-10', false],
    ]);
  });
});
