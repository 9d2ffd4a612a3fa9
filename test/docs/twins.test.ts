import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findSpans, type Page, readCode, readPage, type Section } from './markdown.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CHINESE = '.zh-CN.md';
const FIRST_LINES = 5;
const DIRECTORIES = /^(?:\.ci|docs|functions|infra|lib|test)\/[\w\-./]*$/;

const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .map((file) => join('docs', file));
const atTheTop = readdirSync(ROOT).filter((file) => file.endsWith('.md'));
const pages = [...docs, ...atTheTop].sort();

const isChinese = (file: string): boolean => file.endsWith(CHINESE);
const twinPath = (file: string): string =>
  isChinese(file) ? file.replace(CHINESE, '.md') : file.replace(/\.md$/, CHINESE);
const pairs = pages.filter((file) => !isChinese(file) && pages.includes(twinPath(file)));

const readText = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const read = new Map<string, Page>();
function loadPage(file: string): Page {
  const page = read.get(file) ?? readPage(readText(file));
  read.set(file, page);
  return page;
}

/** Where a link of a page leads within the repository; undefined for one that leads out of it. */
function parseTarget(link: string, from: string): { file: string; anchor: string | undefined } | undefined {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [path = '', anchor] = decodeURI(link).split('#');
  return { file: path === '' ? from : normalize(join(dirname(from), path)), anchor };
}

/** A link as both languages must have it: pages by their English names, anchors by the number of their heading. */
function resolveLink(link: string, from: string): string {
  const target = parseTarget(link, from);
  if (target === undefined) return link;
  const { file, anchor } = target;
  const page = file.replace('.zh-CN.', '.');
  return anchor === undefined ? page : `${page}#${loadPage(file).anchors.indexOf(anchor)}`;
}

/** Each section by its number and English heading, with what `say` says of it in one language. */
function perSection(file: string, say: (section: Section) => unknown): [name: string, found: unknown][] {
  const english = loadPage(isChinese(file) ? twinPath(file) : file).sections;
  return loadPage(file).sections.map((section, i) => [
    `${i + 1} ${english[i]?.heading ?? '—'}`,
    say(section),
  ]);
}

/** Names, which are the same in every language. What a name stands for in `<…>` is not one, nor is a formula. */
const namesIn = (spans: readonly string[]): string[] =>
  [
    ...new Set(spans.filter((span) => !/[×÷]/.test(span)).map((span) => span.replace(/<[^>]+>/g, '<>'))),
  ].sort();

test('every page of docs/ has its twin in the other language', () => {
  expect(docs.length).toBeGreaterThan(0);
  expect(docs.map(twinPath).filter((twin) => !docs.includes(twin))).toEqual([]);
});

describe.each(pairs)('%s and its twin', (english) => {
  const chinese = twinPath(english);
  const expectAlike = (say: (file: string) => (section: Section) => unknown): void =>
    expect(perSection(chinese, say(chinese))).toEqual(perSection(english, say(english)));

  test('have the same headings, in the same order', () => {
    expectAlike(() => ({ level, heading }) => ({
      level,
      names: findSpans(heading),
      numbers: (heading.match(/\d+(?:[.,]\d+)*/g) ?? []).sort(),
    }));
  });

  test('have the same code, but for comments and drawings', () => {
    // Chinese is what the API answers without being asked.
    const asked = / -H 'Accept-Language: en'/g;
    expectAlike(
      () =>
        ({ code }) =>
          code
            .filter(({ language }) => language !== 'text')
            .map((block) => readCode(block).join('\n').replace(asked, '')),
    );
  });

  test('have the same tables, row by row', () => {
    expectAlike(
      () =>
        ({ tables }) =>
          tables,
    );
  });

  test('have lists of the same length', () => {
    expectAlike(
      () =>
        ({ listItems }) =>
          listItems,
    );
  });

  test('name the same fields, routes and commands', () => {
    expectAlike(
      () =>
        ({ spans }) =>
          namesIn(spans),
    );
  });

  test('lead to the same targets', () => {
    expectAlike((file) => ({ links }) => {
      const targets = links.map((link) => resolveLink(link, file)).filter((target) => target !== english);
      return [...new Set(targets)].sort();
    });
  });

  test.each([
    [english, '中文', chinese],
    [chinese, 'English', english],
  ])('%s leads to its twin in its first lines', (file, name, twin) => {
    const link = `[${name}](${twin.slice(twin.lastIndexOf('/') + 1)})`;
    expect(readText(file).split('\n').slice(0, FIRST_LINES)).toContain(link);
  });
});

describe.each(pages)('%s', (file) => {
  const { sections } = loadPage(file);
  const targets = sections.flatMap(({ links }) => links).flatMap((link) => parseTarget(link, file) ?? []);

  test('every link leads to a file and a heading that are there', () => {
    const broken = targets.filter(({ file: target, anchor }) => {
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !loadPage(target).anchors.includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test('every link leads to a page of the same language, where there is one', () => {
    const strange = targets.filter(
      ({ file: target }) =>
        target !== twinPath(file) &&
        target.endsWith('.md') &&
        isChinese(target) !== isChinese(file) &&
        pages.includes(twinPath(target)),
    );
    expect(strange).toEqual([]);
  });

  test('what is emphasised shows so, without asterisks', () => {
    expect(sections.flatMap(({ asterisks }) => asterisks)).toEqual([]);
  });

  test('every path of the repository that it names is there', () => {
    const paths = sections.flatMap(({ spans }) => spans).filter((span) => DIRECTORIES.test(span));
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
