import type { RowError } from './row.ts';

/** A longer row is refused: no event may have more than 32 KB, and memory must stay flat. Counted in characters. */
export const MAX_ROW_CHARS = 1024 * 1024;

/** The text of one row, without its line break. */
export interface RawRow {
  /** 1-based number of its first line */
  line: number;
  text: string;
  /** it has a double quote somewhere */
  quoted: boolean;
  error: RowError | undefined;
}

const TOO_LONG: RowError = {
  code: 'line_too_long',
  message: `the line has more than ${MAX_ROW_CHARS} characters (1 MB)`,
};
const QUOTE_BROKEN: RowError = {
  code: 'quote_broken',
  message:
    'a quoted cell is not closed, or text follows its closing quote; a quote within a quoted cell must be doubled',
};

/**
 * Cuts a text that arrives in pieces into rows, the same ones however it is cut into pieces. Blank lines are no
 * rows.
 *
 * With a delimiter, a cell that begins with a double quote may hold line breaks up to its closing quote. If that
 * quote never comes (at the end, or within 1 MB), or text follows it, only the line on which the row began is
 * refused, and reading goes on with the next line: one broken quote does not swallow what follows.
 * @param delimiter the one-character delimiter; undefined if quotes mean nothing to lines
 * @returns takes the next piece (and whether it is the last), gives the rows that are complete with it
 */
export function rowSplitter(delimiter: string | undefined): (piece: string, last: boolean) => RawRow[] {
  let pending = '';
  let line = 1;
  let skipping = false;

  return (piece, last) => {
    const frames: RawRow[] = [];
    const text = pending === '' ? piece : pending + piece;
    let at = 0;
    let quote = text.indexOf('"');
    const refuse = (error: RowError): void => void frames.push({ line, text: '', quoted: false, error });

    while (at < text.length) {
      let end = text.indexOf('\n', at);
      if (end === -1) {
        if (!last) break;
        end = text.length;
      }
      if (skipping || end - at > MAX_ROW_CHARS) {
        if (!skipping) refuse(TOO_LONG);
        skipping = false;
        line += 1;
        at = end + 1;
        continue;
      }
      if (quote !== -1 && quote < at) quote = text.indexOf('"', at);
      const quoted = quote !== -1 && quote < end;
      const recordEnd =
        quoted && delimiter !== undefined ? findRecordEnd(text, at, end, quote, delimiter, last) : end;
      if (recordEnd === 'unknown' && text.length - at <= MAX_ROW_CHARS) break;
      if (typeof recordEnd !== 'number' || recordEnd - at > MAX_ROW_CHARS) {
        refuse(QUOTE_BROKEN);
        line += 1;
        at = end + 1;
        continue;
      }
      const row = trimCarriageReturn(text, at, recordEnd);
      if (!isBlank(row)) frames.push({ line, text: row, quoted, error: undefined });
      line += recordEnd === end ? 1 : countLines(text, at, recordEnd);
      at = recordEnd + 1;
    }
    pending = at === 0 ? text : text.slice(at);
    if (!last && pending.length > MAX_ROW_CHARS && pending.indexOf('\n') === -1) {
      if (!skipping) refuse(TOO_LONG);
      skipping = true;
      pending = '';
    }
    return frames;
  };
}

/**
 * Where the record that begins at `at` ends: the index of its line break (or of the end of the text). `unknown` when
 * more text is needed to say, `broken` when its quotes make no sense.
 */
function findRecordEnd(
  text: string,
  at: number,
  lineEnd: number,
  firstQuote: number,
  delimiter: string,
  last: boolean,
): number | 'unknown' | 'broken' {
  let end = lineEnd;
  let quote = firstQuote;
  while (quote !== -1 && quote < end) {
    if (quote !== at && text[quote - 1] !== delimiter) {
      quote = text.indexOf('"', quote + 1); // within an unquoted cell it is a character like any other
      continue;
    }
    const close = findClosingQuote(text, quote + 1);
    if (close === -1) return last ? 'broken' : 'unknown';
    let next = close + 1;
    if (text[next] === '\r') next += 1;
    if (next >= text.length) return last ? text.length : 'unknown';
    if (text[next] !== '\n' && (text[next] !== delimiter || next !== close + 1)) return 'broken';
    if (close > end) end = text.indexOf('\n', next);
    if (end === -1) end = text.length;
    quote = text.indexOf('"', next);
  }
  return end === text.length && !last ? 'unknown' : end;
}

function findClosingQuote(text: string, from: number): number {
  let quote = text.indexOf('"', from);
  while (quote !== -1 && text[quote + 1] === '"') quote = text.indexOf('"', quote + 2);
  return quote;
}

const trimCarriageReturn = (text: string, from: number, to: number): string =>
  text.slice(from, to > from && text[to - 1] === '\r' ? to - 1 : to);

const isBlank = (row: string): boolean => row === '' || (row[0] === ' ' && /^ *$/.test(row));

function countLines(text: string, from: number, to: number): number {
  let lines = 1;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
