import fc from 'fast-check';
import { expect, test } from 'vitest';
import { detectFileFormat } from '#lib/imports/formats/file-format.ts';
import { importTally } from '#lib/imports/jobs/import-record.ts';
import { rowIds } from '#lib/imports/jobs/row-ids.ts';
import { type RowOutcome, rowOutcome } from '#lib/imports/jobs/row-outcome.ts';
import { compileMapping } from '#lib/imports/mapping/map-row.ts';
import { formatHints, parseMapping } from '#lib/imports/mapping/schema.ts';
import { ingestContext, readAllRows } from '#test/lib/imports/table-files.ts';

async function outcomes(text: string, mapping?: object): Promise<RowOutcome[]> {
  const bytes = Buffer.from(text);
  const parsed = mapping && parseMapping(mapping);
  const recognised = detectFileFormat(bytes, 'f', formatHints(parsed));
  const compiled = compileMapping(parsed, recognised);
  const ids = rowIds('test');
  return (await readAllRows(bytes, { recognised })).map((row) =>
    rowOutcome(row, compiled, ids, ingestContext),
  );
}

const mapping = {
  userId: 'who',
  time: { column: 'when' },
  event: { column: 'what', values: { order: 'Order Completed' }, otherwise: 'drop' },
  properties: { total: { column: 'total', type: 'money', unit: 'yuan' } },
  also: [{ event: 'Invite Sent', when: [{ column: 'total', above: 100 }] }],
};
const header = 'who,when,what,total\n';

test('every row is accepted, dropped or refused, and equal rows are different events', async () => {
  const rows = await outcomes(
    `${header}u,2024-01-01,order,5\nu,2024-01-01,order,5\nu,2024-01-01,x,5\nu,,order,5\n`,
    mapping,
  );
  expect(rows.map(({ line, outcome }) => [line, outcome])).toEqual([
    [2, 'accepted'],
    [3, 'accepted'],
    [4, 'dropped'],
    [5, 'rejected'],
  ]);
  expect(rows[3]?.rejected).toEqual([
    { line: 5, column: 'when', code: 'time_missing', message: expect.any(String) },
  ]);
  const keys = rows.flatMap(({ events }) => events.map(({ sk }) => sk));
  expect(new Set(keys).size).toBe(2);
  expect(keys[0]?.slice(0, -1)).toBe(keys[1]?.slice(0, -1));
});

test('several calls of a row have ids of their own, and a row of which one is accepted is accepted', async () => {
  const rows = await outcomes(`${header}u,2024-01-01,order,500\nu,2024-01-01,x,500\n`, mapping);
  expect(rows.map(({ outcome, events }) => [outcome, events.map(({ event }) => event)])).toEqual([
    ['accepted', ['Order Completed', 'Invite Sent']],
    ['accepted', ['Invite Sent']],
  ]);
  const keys = rows.flatMap(({ events }) => events.map(({ sk }) => sk));
  expect(new Set(keys).size).toBe(3);
});

test('a better mapping gives the same ids, so importing again corrects and does not double', async () => {
  const file = `${header}u,2024-01-01,order,500\n`;
  const inFen = { ...mapping, properties: { total: { column: 'total', type: 'money', unit: 'fen' } } };
  const [[before], [after]] = [await outcomes(file, mapping), await outcomes(file, inFen)];
  expect(after?.events[0]?.sk).toBe(before?.events[0]?.sk);
  expect(after?.events[0]?.properties).not.toBe(before?.events[0]?.properties);
});

test('columns that the mapping does not read, and the order of columns, do not change ids', async () => {
  const [a] = await outcomes(`${header}u,2024-01-01,order,5\n`, mapping);
  const [b] = await outcomes('total,exported,when,what,who\n5,today,2024-01-01,order,u\n', mapping);
  expect(b?.events[0]?.sk).toBe(a?.events[0]?.sk);
});

test('NDJSON lines are checked like calls through the API, and need no message id', async () => {
  const lines = [
    '{"userId":"u","event":"A"}',
    '{"userId":"u","event":"A"}',
    '{"event":"A"}',
    '{"type":"x","userId":"u"}',
  ];
  const rows = await outcomes(lines.join('\n'));
  expect(rows.map(({ outcome, rejected }) => rejected[0]?.code ?? outcome)).toEqual([
    'accepted',
    'accepted',
    'no_user_anon_id',
    'type_unknown',
  ]);
  expect(rows[0]?.events[0]?.sk).not.toBe(rows[1]?.events[0]?.sk);
});

test('a call that says when it was sent keeps its own time', async () => {
  const line =
    '{"userId":"u","event":"A","timestamp":"2020-01-01T00:00:00Z","sentAt":"2020-01-02T00:00:00Z"}';
  expect((await outcomes(line))[0]?.events[0]?.at).toBe('2020-01-01T00:00:00.000Z');
});

const outcome = fc.constantFrom('accepted', 'dropped', 'rejected');

test('the sums always add up, also when counting is interrupted', () => {
  fc.assert(
    fc.property(fc.array(outcome), fc.array(outcome), (before, after) => {
      const whole = importTally();
      for (const one of [...before, ...after]) whole.add({ outcome: one, rejected: [] });
      const first = importTally();
      for (const one of before) first.add({ outcome: one, rejected: [] });
      const second = importTally(JSON.parse(JSON.stringify(first.sums())));
      for (const one of after) second.add({ outcome: one, rejected: [] });
      expect(second.sums()).toEqual(whole.sums());
      const { lines, accepted, dropped, refused } = whole.sums();
      expect(lines).toBe(accepted + dropped + refused);
    }),
  );
});

test('more than half of the first 1,000 lines refused stops the import and says so; half does not', () => {
  const rejected = [{ line: 2, code: 'time_invalid', message: '"x" is no time' }];
  const after = (refused: number, lines: number) => {
    const tally = importTally();
    for (let i = 0; i < lines; i += 1)
      tally.add(i < refused ? { outcome: 'rejected', rejected } : { outcome: 'accepted', rejected: [] });
    return tally.stopReason();
  };
  expect(after(999, 999)).toBeUndefined();
  expect(after(500, 1_000)).toBeUndefined();
  expect(after(501, 1_000)).toMatch(/501 of the first 1000 lines were refused.*line 2: "x" is no time/);
  expect(after(501, 5_000)).toBeDefined();
});
