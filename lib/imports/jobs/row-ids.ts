import { hash } from 'node:crypto';

// One cache line holds 32 counters of 16 bits; there are half a million such lines.
const LINE_COUNTERS = 32;
const LINE_BITS = 19;
const MAX_COUNT = 0xffff;
const HASH_CHARS = 22;

/** Ids for rows that bring none. */
export interface RowIds {
  /**
   * the id of the next row of the file, by its content; must be asked for every such row, in the order of the file
   */
  next(content: string): string;
}

/**
 * Message ids for the rows of one file: `row-<hash>-<n>`, where the hash (132 bits of SHA-256) is of the row's
 * content and n counts equal rows before it. So equal rows all count, and the same or a longer file imported again
 * gives the same ids to the same rows.
 *
 * Memory must stay flat, so n does not come from a table of all rows but from a count-min sketch with conservative
 * update (Estan & Varghese 2002): a row's hash names 4 of 16 million counters, two in each of two cache lines; n is
 * the least of them, and then each is raised to n + 1 at least. Equal rows share their counters, hence every further
 * one gets a greater n: never the same id twice. Rows that are not equal may share a counter; that can only make n
 * greater than it had to be (in a file of a million different rows for less than one in a thousand), and always by
 * the same for the same beginning of a file.
 * @param source keeps equal rows of different sources apart
 */
export function rowIds(source = ''): RowIds {
  // The system gives memory page by page as counters are touched: small files stay small.
  const counters = new Uint16Array(LINE_COUNTERS * 2 ** LINE_BITS);
  const beyond = new Map<string, number>();
  const prefix = source === '' ? '' : `${source}\u001e`;
  return {
    next: (content) => {
      const digest = hash('sha256', prefix + content, 'base64url');
      let n = nextCount(digest, counters);
      if (n === MAX_COUNT) {
        // Only a row that comes more than 65,535 times gets here.
        const more = beyond.get(digest) ?? 0;
        beyond.set(digest, more + 1);
        n += more;
      }
      return `row-${digest.slice(0, HASH_CHARS)}-${n}`;
    },
  };
}

function nextCount(digest: string, counters: Uint16Array): number {
  const [here, there, slots] = [lineAt(digest, 0), lineAt(digest, 5), bitsAt(digest, 10)];
  const a = here + (slots & 15);
  const b = here + 16 + ((slots >>> 4) & 15);
  const c = there + ((slots >>> 8) & 15);
  const d = there + 16 + ((slots >>> 12) & 15);
  const n = Math.min(counters[a]!, counters[b]!, counters[c]!, counters[d]!);
  if (n === MAX_COUNT) return n;
  const after = n + 1;
  if (counters[a]! < after) counters[a] = after;
  if (counters[b]! < after) counters[b] = after;
  if (counters[c]! < after) counters[c] = after;
  if (counters[d]! < after) counters[d] = after;
  return n;
}

const lineAt = (digest: string, at: number): number =>
  (bitsAt(digest, at) >>> (32 - LINE_BITS)) * LINE_COUNTERS;

/** 32 bits from 5 characters of base64url, which are 30 random bits. */
function bitsAt(digest: string, at: number): number {
  let bits = 0;
  for (let i = at; i < at + 5; i += 1) bits = Math.imul(bits, 131) + digest.charCodeAt(i);
  bits = Math.imul(bits ^ (bits >>> 15), 0x9e3779b1);
  return (bits ^ (bits >>> 13)) >>> 0;
}
