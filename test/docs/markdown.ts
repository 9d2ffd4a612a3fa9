/** A page of documentation: its sections in order, the first one that of its title. */
export interface Page {
  sections: Section[];
  /** the anchor of each section's heading, as GitHub makes it */
  anchors: string[];
}

export interface Section {
  level: number;
  heading: string;
  code: CodeBlock[];
  /** of each table how many cells each row has, the header's first */
  tables: number[][];
  listItems: number;
  /** code spans, blanks put right */
  spans: string[];
  /** targets of links and images */
  links: string[];
  /** what is meant to be emphasised, and shows its asterisks instead */
  asterisks: string[];
}

interface CodeBlock {
  language: string;
  lines: string[];
}

const HEADING = /^(#{1,6}) (.+)$/;
const FENCE = /^\s*(```+|~~~+)(\w*)/;
const TABLE_ROW = /^\|/;
const LIST_ITEM = /^\s*(?:[-*+]|\d+\.) /;
const SPAN = /(`+)(.+?)\1(?!`)/gs;
const EMPHASIS = /(?<before>.?)(?<stars>\*{1,2})(?<inside>[^\s*](?:[^*]*[^\s*])?)\k<stars>(?<after>.?)/gsu;
const LINK = /\]\(([^)\s]+)\)/g;

/** Reads a page. Text before the first heading is not allowed. @throws SyntaxError naming the line */
export function readPage(markdown: string): Page {
  const sections: (Section & { text: string[] })[] = [];
  let fence: string | undefined;
  let isTable = false;
  for (const [i, line] of markdown.split('\n').entries()) {
    const section = sections.at(-1);
    if (fence !== undefined) {
      if (line.trim() === fence) fence = undefined;
      else section?.code.at(-1)?.lines.push(line);
      continue;
    }
    const [, marks, heading] = HEADING.exec(line) ?? [];
    if (marks !== undefined && heading !== undefined) {
      const level = marks.length;
      sections.push({
        ...{ level, heading, code: [], tables: [], listItems: 0 },
        ...{ spans: [], links: [], asterisks: [], text: [] },
      });
      continue;
    }
    if (section === undefined) {
      if (line.trim() !== '') throw new SyntaxError(`line ${i + 1} stands before the first heading`);
      continue;
    }
    const [, opening, language] = FENCE.exec(line) ?? [];
    fence = opening;
    if (opening !== undefined) section.code.push({ language: language ?? '', lines: [] });
    if (TABLE_ROW.test(line)) {
      if (!isTable) section.tables.push([]);
      section.tables.at(-1)!.push(countCells(line));
    }
    isTable = TABLE_ROW.test(line);
    if (LIST_ITEM.test(line)) section.listItems += 1;
    // A table's row and a list's item are paragraphs of their own: a stray backtick goes no further.
    if (isTable || LIST_ITEM.test(line)) section.text.push('');
    if (opening === undefined) section.text.push(line);
  }
  return {
    sections: sections.map(({ text, ...section }) => ({ ...section, ...readText(text.join('\n')) })),
    anchors: buildAnchors(sections.map(({ heading }) => heading)),
  };
}

function readText(text: string): Pick<Section, 'spans' | 'links' | 'asterisks'> {
  const spans: string[] = [];
  const links: string[] = [];
  const asterisks: string[] = [];
  for (const paragraph of text.split(/\n\s*\n/)) {
    spans.push(...findSpans(paragraph));
    // What decides about asterisks beside code is its backtick.
    const plain = paragraph.replace(SPAN, '`');
    for (const [, target] of plain.matchAll(LINK)) links.push(target!);
    asterisks.push(...asterisksIn(plain));
  }
  return { spans, links, asterisks };
}

/**
 * Emphasis that does not begin or end: between a sign and a letter, asterisks count for the side of the letter. In Chinese,
 * where no blank follows, that goes for `**…。**…`.
 */
function asterisksIn(text: string): string[] {
  return [...text.matchAll(EMPHASIS)].flatMap(([, before = '', , inside = '', after = '']) => {
    const begins = !/^[\p{P}\p{S}]/u.test(inside) || !/^[\p{L}\p{N}]/u.test(before);
    const ends = !/[\p{P}\p{S}]$/u.test(inside) || !/^[\p{L}\p{N}]/u.test(after);
    return begins && ends ? [] : [inside];
  });
}

/** The code spans of a text. */
export const findSpans = (text: string): string[] =>
  [...text.matchAll(SPAN)].map(([, , span]) => span!.replace(/\s+/g, ' ').trim());

/** Cells of a table's row; GitHub divides it at every bar that no backslash stands before. */
const countCells = (row: string): number =>
  row
    .trim()
    .replace(/\|$/, '')
    .split(/(?<!\\)\|/).length - 1;

/** GitHub's: small letters, nothing but letters, numbers, `_` and `-`, blanks as `-`, and a number behind what comes again. */
function buildAnchors(headings: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return headings.map((heading) => {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[*`]/g, '');
    const anchor = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
}

const COMMENT: Readonly<Record<string, RegExp>> = {
  sh: /(^|\s)#.*$/,
  js: /(^|\s)\/\/.*$/,
  ts: /(^|\s)\/\/.*$/,
};

/** The lines of a block of code without comments, nor those that were nothing else. */
export function readCode({ language, lines }: CodeBlock): string[] {
  const comment = COMMENT[language];
  const bare = lines.map((line) => (comment === undefined ? line : line.replace(comment, '')).trimEnd());
  return bare.filter((line) => line !== '');
}
