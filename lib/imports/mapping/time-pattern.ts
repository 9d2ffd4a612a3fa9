/** The parts of a local time, as a clock on the wall shows it, and the offset if the text names one. */
export interface WallTime {
  /** the wall clock's time as if it were UTC, milliseconds since 1970 */
  wallMs: number;
  /** minutes east of Greenwich; undefined when the text does not say */
  offsetMinutes: number | undefined;
}

type Field =
  | 'year'
  | 'year2'
  | 'month'
  | 'day'
  | 'hour'
  | 'hour12'
  | 'minute'
  | 'second'
  | 'fraction'
  | 'half';
type Part = Field | 'offset';

const TOKENS: ReadonlyArray<readonly [token: string, part: Part, pattern: string]> = [
  ['yyyy', 'year', '(\\d{4})'],
  ['yy', 'year2', '(\\d{2})'],
  ['MM', 'month', '(\\d{2})'],
  ['M', 'month', '(\\d{1,2})'],
  ['dd', 'day', '(\\d{2})'],
  ['d', 'day', '(\\d{1,2})'],
  ['HH', 'hour', '(\\d{2})'],
  ['H', 'hour', '(\\d{1,2})'],
  ['hh', 'hour12', '(\\d{2})'],
  ['h', 'hour12', '(\\d{1,2})'],
  ['mm', 'minute', '(\\d{2})'],
  ['m', 'minute', '(\\d{1,2})'],
  ['ss', 'second', '(\\d{2})'],
  ['s', 'second', '(\\d{1,2})'],
  ['S', 'fraction', '(\\d{1,9})'],
  ['a', 'half', '(AM|PM|am|pm|上午|下午)'],
  ['Z', 'offset', '(Z|[+-]\\d{2}(?::?\\d{2})?)'],
];

/** ISO 8601, with a blank or `T`, with or without time, fraction and offset. */
const ISO: Compiled = {
  source:
    '(\\d{4})-(\\d{2})-(\\d{2})(?:[T ](\\d{2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?(Z|z|[+-]\\d{2}(?::?\\d{2})?)?)?',
  parts: ['year', 'month', 'day', 'hour', 'minute', 'second', 'fraction', 'offset'],
};

interface Compiled {
  source: string;
  parts: Part[];
}

/**
 * Compiles a time pattern to its reader.
 *
 * Tokens: `yyyy yy MM M dd d HH H hh h mm m ss s`, `S` (fraction), `a` (AM/PM/上午/下午), `Z` (Z, +08, +0800, +08:00).
 * `[…]` may be missing in the text, `'…'` is literal; any other character but a letter stands for itself.
 * @returns a function that gives undefined for a text that is not such a time, a 31 February included
 * @throws RangeError when the pattern is none
 */
export function compileTimePattern(pattern: string): (text: string) => WallTime | undefined {
  const { source, parts } = pattern === 'iso' ? ISO : compilePattern(pattern);
  const expression = new RegExp(`^${source}$`);
  if (!parts.includes('month') || !parts.includes('day')) {
    throw new RangeError(
      `time format "${pattern}": it must name at least a year, a month (MM or M) and a day (dd or d)`,
    );
  }
  return (text) => {
    const match = expression.exec(text);
    return match === null ? undefined : parseWallTime(match, parts);
  };
}

function compilePattern(pattern: string): Compiled {
  let source = '';
  let depth = 0;
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; ) {
    const character = pattern[at]!;
    const token = TOKENS.find(([name]) => pattern.startsWith(name, at));
    if (token !== undefined) {
      const [name, part, expression] = token;
      if (parts.includes(part)) throw new RangeError(`time format "${pattern}": two tokens for the ${part}`);
      parts.push(part);
      source += expression;
      at += name.length;
      continue;
    }
    at += 1;
    if (character === '[') {
      depth += 1;
      source += '(?:';
    } else if (character === ']') {
      depth -= 1;
      source += ')?';
    } else if (character === "'") {
      const end = pattern.indexOf("'", at);
      if (end === -1) throw new RangeError(`time format "${pattern}": a quote is not closed`);
      source += escapeRegExp(pattern.slice(at, end));
      at = end + 1;
    } else if (/[A-Za-z]/.test(character)) {
      throw new RangeError(
        `time format "${pattern}": "${character}" is no token; put literal letters in '…'`,
      );
    } else source += escapeRegExp(character);
  }
  if (depth !== 0) throw new RangeError(`time format "${pattern}": brackets do not match`);
  if (!parts.includes('year') && !parts.includes('year2')) {
    throw new RangeError(`time format "${pattern}": it names no year (yyyy or yy)`);
  }
  return { source, parts };
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

function parseWallTime(match: RegExpExecArray, parts: readonly Part[]): WallTime | undefined {
  let [year, month, day, hour, minute, second, ms] = [0, 1, 1, 0, 0, 0, 0];
  let half: string | undefined;
  let offsetMinutes: number | undefined;
  for (let i = 0; i < parts.length; i += 1) {
    const text = match[i + 1];
    if (text === undefined) continue;
    const part = parts[i];
    if (part === 'year') year = Number(text);
    else if (part === 'year2') year = 2000 + Number(text);
    else if (part === 'month') month = Number(text);
    else if (part === 'day') day = Number(text);
    else if (part === 'hour' || part === 'hour12') hour = Number(text);
    else if (part === 'minute') minute = Number(text);
    else if (part === 'second') second = Number(text);
    else if (part === 'fraction') ms = Math.trunc(Number(`0.${text}`) * 1000 + 1e-6);
    else if (part === 'half') half = text;
    else offsetMinutes = parseOffset(text);
  }
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (half === 'PM' || half === 'pm' || half === '下午' ? 12 : 0);
  }
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return { wallMs: Date.UTC(year, month - 1, day, hour, minute, second, ms), offsetMinutes };
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysInMonth(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return MONTH_DAYS[month - 1]! + (leap ? 1 : 0);
}

function parseOffset(offset: string): number {
  if (offset === 'Z' || offset === 'z') return 0;
  const digits = offset.replace(/\D/g, '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return offset.startsWith('-') ? -minutes : minutes;
}
