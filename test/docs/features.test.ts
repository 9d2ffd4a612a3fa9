import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CATALOGUE, FEATURE_KINDS, FEATURES } from '#lib/features/catalogue.ts';

const ROW = /^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm;

/** The table of features on a page: the only one of four columns that begins with a name of code. */
function readTable(page: string): Map<string, { label: string; unit: string; what: string }> {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  return new Map(
    [...text.matchAll(ROW)].map(([, name, label, unit, what]) => [
      name!,
      { label: label!, unit: unit!, what: what! },
    ]),
  );
}

describe.each([
  ['models.md', 'en'],
  ['models.zh-CN.md', 'zh'],
] as const)('docs/%s', (page, language) => {
  const table = readTable(page);

  test('has a line for each feature of the catalogue, in its order, and for nothing else', () => {
    expect([...table.keys()]).toEqual(FEATURES);
  });

  test.each(FEATURES)('says what %s is called, in which unit it is, and what it is', (name) => {
    const { label, kind } = CATALOGUE[name];
    const { unit } = FEATURE_KINDS[kind];
    expect(table.get(name)).toEqual({
      label: label[language],
      unit: unit[language],
      what: expect.stringMatching(/\S{2,}/),
    });
  });
});
