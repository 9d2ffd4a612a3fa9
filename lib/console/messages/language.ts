import { fractionDigits } from '#lib/events/money.ts';
import type { Language } from '#lib/platform/language.ts';

/** The languages that the console speaks; Chinese is the first. */
export type Lang = Language;

/** The same messages in every language: what one lacks does not compile. */
export type Localized<M> = Record<Lang, M>;

/** Numbers, money and times as people of a language read them. A value that is not known is "–". */
export interface Format {
  count(value: number | null | undefined): string;
  /** with this many digits after the point */
  decimal(value: number | null | undefined, digits?: number): string;
  /** 0.75 → 75%; one digit below 10 % */
  share(value: number | null | undefined): string;
  /** a percentile: "more than 99%", never than all */
  above(value: number | null | undefined): string;
  /** minor units → ¥12,345; the smaller unit only below 100 of the larger */
  money(minor: number | null | undefined): string;
  /** the digit without sign or currency, for axes and tables: minor units → major */
  major(minor: number): number;
  /** how many minor units make a major one */
  minorPerMajor: number;
  /** short for axes: 1200 → 1.2K, 12000 → 1.2万 */
  short(value: number): string;
  /** YYYY-MM-DD → 11-21 */
  day(date: string): string;
  /** YYYY-MM → 2026年11月 */
  month(month: string): string;
  /** ISO time → 11-21 03:04 in the business's zone */
  time(iso: string): string;
  /** YYYY-MM-DD → 11月21日, Nov 21 */
  date(date: string): string;
}

const UNKNOWN = '–';
const cache = new Map<string, Format>();

/** @param currency ISO 4217; @param timeZone IANA */
export function getFormat(lang: Lang, currency: string, timeZone: string): Format {
  const key = `${lang} ${currency} ${timeZone}`;
  const ready = cache.get(key) ?? createFormat(lang, currency, timeZone);
  cache.set(key, ready);
  return ready;
}

function createFormat(lang: Lang, currency: string, timeZone: string): Format {
  const locale = lang === 'zh' ? 'zh-CN' : 'en';
  const scale = 10 ** fractionDigits(currency);
  const numbers = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options);
  const whole = numbers({ maximumFractionDigits: 0 });
  const decimals = [0, 1, 2, 3].map((digits) =>
    numbers({ minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
  const coarse = numbers({ style: 'percent', maximumFractionDigits: 0 });
  const fine = numbers({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const symbol = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const;
  const large = numbers({ ...symbol, minimumFractionDigits: 0, maximumFractionDigits: 0 });
  const small = numbers(symbol);
  const compact = numbers({ notation: 'compact', maximumFractionDigits: 1 });
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const dates = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', month: 'short', day: 'numeric' });
  const months = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', year: 'numeric', month: 'short' });
  const known =
    <T extends number>(write: (value: T) => string) =>
    (value: T | null | undefined) =>
      value === null || value === undefined || !Number.isFinite(value) ? UNKNOWN : write(value);
  return {
    count: known((value) => whole.format(value)),
    decimal: (value, digits = 2) =>
      known((given) => (decimals[digits] ?? whole).format(given))(value ?? undefined),
    share: known((value) => (Math.abs(value) < 0.0995 && value !== 0 ? fine : coarse).format(value)),
    above: known((value) => coarse.format(Math.min(0.99, Math.max(0, Math.floor(value * 100) / 100)))),
    money: known((minor) => (Math.abs(minor) < 100 * scale ? small : large).format(minor / scale)),
    major: (minor) => minor / scale,
    minorPerMajor: scale,
    short: (value) => compact.format(value),
    day: (date) => date.slice(5),
    month: (month) => months.format(Date.parse(`${month}-01`)),
    date: (date) => dates.format(Date.parse(date)),
    time: (iso) => {
      const part: Record<string, string> = {};
      for (const { type, value } of clock.formatToParts(Date.parse(iso))) part[type] = value;
      return `${part['month']}-${part['day']} ${part['hour']}:${part['minute']}`;
    },
  };
}
