import { expect, test } from 'vitest';
import { checkEdges, checkTable, FLOORS } from '#infra/check/edges.ts';

const check = (sources: Record<string, string>) => checkEdges(new Map(Object.entries(sources)));

test.each([
  ['an import', `import { a } from '#lib/http/app.ts';`],
  ['a type', `\nimport type { A } from '#lib/http/app.ts';`],
  ['a type in place', `type A = import('#lib/http/app.ts').A;`],
  ['an export', `export { a } from '../http/app.ts';`],
  ['an export of all', `export * from '../http/app.ts';`],
  ['an import later', `const a = await import('#lib/http/app.ts');`],
])('%s from a higher floor is refused, with its line', (_, text) => {
  const line = text.startsWith('\n') ? 2 : 1;
  expect(check({ 'lib/events/time.ts': text })).toEqual([
    `lib/events/time.ts:${line} imports lib/http/app.ts: imports run down only, and lib/http is not below lib/events`,
  ]);
});

test('an import from a lower floor, from the own folder and of packages is let through', () => {
  const text = `import { a } from '#lib/events/time.ts'; import { b } from './parts/b.ts'; import { z } from 'zod';`;
  expect(check({ 'lib/http/app.ts': text })).toEqual([]);
});

test('two folders of one floor do not import each other', () => {
  expect(check({ 'lib/console/app.ts': `import '#lib/http/app.ts';` })).toHaveLength(1);
  expect(check({ 'lib/models/value/a.ts': `import '#lib/models/profiles/b.ts';` })).toHaveLength(1);
});

test('what all families of models share knows no family, and members know no features', () => {
  expect(check({ 'lib/models/coordinates.ts': `import '#lib/models/value/train.ts';` })).toHaveLength(1);
  expect(check({ 'lib/members/profile.ts': `import '#lib/features/features.ts';` })).toHaveLength(1);
});

test.each(['lib/taste/train.ts', 'lib/models/taste/train.ts'])('%s: a new folder needs a floor', (file) => {
  expect(check({ [file]: '' })).toEqual([
    `${file}: its folder is on no floor; add it to FLOORS in infra/check/edges.ts`,
  ]);
});

test('files that import each other in a circle are refused, whatever kind of import', () => {
  const problems = check({
    'lib/events/a.ts': `import './b.ts';`,
    'lib/events/b.ts': `import type { C } from './c.ts';`,
    'lib/events/c.ts': `import '#lib/events/a.ts';`,
  });
  expect(problems).toEqual([
    'these import each other in a circle: lib/events/a.ts -> lib/events/b.ts -> lib/events/c.ts -> lib/events/a.ts',
  ]);
});

test('folders inside a folder that import each other are refused, though no files do', () => {
  const problems = check({
    'lib/console/pages/today/a.ts': `import '#lib/console/charts/b.ts';`,
    'lib/console/charts/c.ts': `import '#lib/console/pages/today/d.ts';`,
  });
  expect(problems).toEqual([
    'these import each other in a circle: lib/console/pages -> lib/console/charts -> lib/console/pages',
    expect.stringContaining('lib/console/pages/today -> lib/console/charts'),
  ]);
});

test('only adapters talk to AWS', () => {
  const text = `import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';`;
  expect(check({ 'lib/members/profile.ts': text })).toEqual([
    'lib/members/profile.ts:1 imports @aws-sdk/client-dynamodb: only lib/platform and *-table, *-bucket, *-queue, *-stream.ts talk to AWS',
  ]);
  expect(check({ 'lib/http/deployed-deps.ts': text })).toHaveLength(1);
  for (const file of ['lib/members/items-table.ts', 'lib/imports/jobs/files-bucket.ts', 'lib/platform/s3.ts'])
    expect(check({ [file]: text })).toEqual([]);
});

test.each([
  ['the clock', 'Date.now()'],
  ['the clock', 'Date.now'],
  ['the clock', 'new Date()'],
  ['the clock', 'performance.now()'],
  ['randomness', 'Math.random()'],
  ['randomness', 'crypto.randomUUID()'],
  ['randomness', `import { randomBytes as bytes } from 'node:crypto'`],
  ['the environment', 'process.env'],
])('a pure file does not read %s: %s', (part, text) => {
  expect(check({ 'lib/events/time.ts': text })).toEqual([
    expect.stringMatching(new RegExp(`^lib/events/time.ts:1 reads ${part} \\(`)),
  ]);
  for (const file of [
    'lib/members/a-table.ts',
    'lib/http/deployed-deps.ts',
    'lib/platform/a.ts',
    'functions/a.ts',
  ])
    expect(check({ [file]: text })).toEqual([]);
});

test('a pure file may work with times, hashes and names that only look alike', () => {
  const text = `import { createHash } from 'node:crypto'; new Date(at); deps.now(); deps.randomBytes(6); x.process; // Date.now()`;
  expect(check({ 'lib/events/time.ts': text })).toEqual([]);
});

test('the table of CONTRIBUTING is the list of floors, from the top', () => {
  const row = (folders: readonly string[]) => `| ${folders.map((name) => `\`${name}/\``).join(', ')} | … |`;
  const table = (floors: typeof FLOORS) =>
    `## Layout\n\n${floors.map(row).join('\n')}\n\n## Next\n\n| \`x/\` | |\n`;
  const drawn = FLOORS.toReversed();
  expect(checkTable(table(drawn))).toEqual([]);
  expect(checkTable(table([drawn[1]!, drawn[0]!, ...drawn.slice(2)]))).toHaveLength(2);
  expect(checkTable(table(drawn.slice(0, -1)))).toEqual([
    'CONTRIBUTING.md, Layout, row 19: "" should be "lib/platform" (FLOORS in infra/check/edges.ts)',
  ]);
  expect(checkTable(table([...drawn, ['lib/attic']]))).toHaveLength(1);
});
