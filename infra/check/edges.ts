import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path/posix';
import { findCircles } from './circles.ts';
import { readSource } from './read-source.ts';

/**
 * The floors of the house, lowest first. A file imports from its own folder and from lower floors only: not from above, and not from
 * another folder of its floor. A folder that is not named belongs to the one around it. CONTRIBUTING.md shows the same list.
 */
export const FLOORS: readonly (readonly string[])[] = [
  ['lib/platform'],
  ['lib/auth'],
  ['lib/events'],
  ['lib/members'],
  ['lib/features'],
  ['lib/models/numeric'],
  ['lib/models'],
  [
    'lib/models/community',
    'lib/models/influence',
    'lib/models/lifecycle',
    'lib/models/profiles',
    'lib/models/value',
  ],
  ['lib/models/registry'],
  ['lib/scoring'],
  ['lib/reports'],
  ['lib/audit'],
  ['lib/imports'],
  ['lib/pipeline'],
  ['lib/rebuilds'],
  ['lib/http', 'lib/console'],
  ['functions'],
  ['infra'],
  ['test'],
];

/** Who in lib/ may talk to AWS. */
const ADAPTER = /^lib\/platform\/|-(table|bucket|queue|stream)\.ts$/;
/** Who in lib/ may read the clock, randomness and the environment; all others have `now` and `randomBytes` handed in. */
const WIRING = new RegExp(`${ADAPTER.source}|/deployed-deps\\.ts$`);

const WORLD = {
  'the clock': /^(Date\.now|performance\.now|new Date)$/,
  randomness: /^(Math\.random|crypto\.(random\w+|getRandomValues))$/,
  'the environment': /^process\./,
};

const folders = FLOORS.flat().toSorted((a, b) => b.length - a.length);
const findFolder = (file: string) => folders.find((folder) => file.startsWith(`${folder}/`));
const findHeight = (folder: string) => FLOORS.findIndex((floor) => floor.includes(folder));

/**
 * What is wrong with the imports, and with what reads the world: a sentence each, none if all is well.
 *
 * @param sources text by path from the root of the repository, e.g. `lib/events/time.ts`
 */
export function checkEdges(sources: ReadonlyMap<string, string>): string[] {
  const problems: string[] = [];
  const edges: [from: string, to: string][] = [];
  for (const [file, text] of sources) {
    const { imports, globals } = readSource(file, text);
    const folder = findFolder(file);
    if (!folder || (folder === 'lib/models' && dirname(file) !== folder)) {
      problems.push(`${file}: its folder is on no floor; add it to FLOORS in infra/check/edges.ts`);
      continue;
    }
    for (const { what: target, line } of imports) {
      const to = findFolder(target);
      const where = `${file}:${line} imports ${target}`;
      if (target.startsWith('@aws-sdk/') && file.startsWith('lib/') && !ADAPTER.test(file))
        problems.push(`${where}: only lib/platform and *-table, *-bucket, *-queue, *-stream.ts talk to AWS`);
      if (!to) continue;
      edges.push([file, target]);
      if (to !== folder && findHeight(to) >= findHeight(folder))
        problems.push(`${where}: imports run down only, and ${to} is not below ${folder}`);
    }
    if (!file.startsWith('lib/') || WIRING.test(file)) continue;
    for (const { what, line } of globals)
      for (const [part, pattern] of Object.entries(WORLD))
        if (pattern.test(what))
          problems.push(`${file}:${line} reads ${part} (${what}): have it handed in by who wires it`);
  }
  // The tests of one folder may use the helpers of another, and the other way round.
  const circles = findCircles(edges.filter(([from]) => !from.startsWith('test/')));
  return [...problems, ...circles.map((circle) => `these import each other in a circle: ${circle}`)];
}

/** Where the table below "Layout" in CONTRIBUTING.md, from the highest floor down, is not {@link FLOORS}. */
export function checkTable(contributing: string): string[] {
  const layout = contributing.split(/^## /m).find((section) => section.startsWith('Layout\n')) ?? '';
  const rows = [...layout.matchAll(/^\| *(`.*?) \|/gm)].map(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)\/`/g)].map(([, folder]) => folder).join(', '),
  );
  const floors = FLOORS.toReversed().map((floor) => floor.join(', '));
  return floors
    .flatMap((floor, i) =>
      rows[i] === floor
        ? []
        : [
            `CONTRIBUTING.md, Layout, row ${i + 1}: "${rows[i] ?? ''}" should be "${floor}" (FLOORS in infra/check/edges.ts)`,
          ],
    )
    .concat(
      rows
        .slice(floors.length)
        .map((row) => `CONTRIBUTING.md, Layout: "${row}" is no floor in infra/check/edges.ts`),
    );
}

if (import.meta.main) {
  const files = globSync('{functions,infra,lib,test}/**/*.{ts,tsx}');
  const sources = new Map(files.map((file) => [file.replaceAll('\\', '/'), readFileSync(file, 'utf8')]));
  const problems = [...checkEdges(sources), ...checkTable(readFileSync('CONTRIBUTING.md', 'utf8'))];
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.stdout.write(`Checked the imports of ${files.length} files.\n`);
  if (problems.length) process.exitCode = 1;
}
