import { fractionDigits } from '#lib/events/money.ts';
import type { Value } from './schema.ts';

/** A cell that is not of its type. */
export class InvalidCell {
  readonly code: 'number_invalid' | 'boolean_invalid' | 'json_invalid' | 'money_invalid';
  readonly message: string;

  constructor(code: InvalidCell['code'], text: string, wanted: string) {
    this.code = code;
    this.message = `"${text.slice(0, 60)}" is not ${wanted}`;
  }
}

const DECIMAL = /^[-+]?\d+(?:\.\d*)?$/;
const FRACTION_ONLY = /^[-+]?\.\d+$/;
const GROUPED = /^[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$/;
const SCIENTIFIC = /^[-+]?(?:\d+\.?\d*|\.\d+)[eE][-+]?\d{1,3}$/;
const CURRENCY_SIGNS = /[¥￥$€£元\s]|CNY|RMB|USD/gi;
const IN_BRACKETS = /^\((.*)\)$/;

const TRUE = new Set(['true', '1', 'yes', 'y', 't', '是', '有', '已']);
const FALSE = new Set(['false', '0', 'no', 'n', 'f', '否', '无', '未']);

type Column = Exclude<Value, { value: unknown }>;

/** Compiles what a property is to a reader of its (trimmed, not empty) cell. */
export function cellReader(value: Column): (text: string) => unknown {
  switch (value.type) {
    case 'integer':
    case 'number':
      return numberReader(value.type);
    case 'boolean':
      return readBoolean;
    case 'json':
      return readJson;
    case 'list':
      return (text) => text.split(value.separator).flatMap((item) => item.trim() || []);
    case 'money':
      return moneyReader(value);
    default: {
      const { prefix } = value;
      return prefix === undefined ? (text) => text : (text) => prefix + text;
    }
  }
}

function numberReader(type: 'integer' | 'number'): (text: string) => number | InvalidCell {
  return (text) => {
    const plain = normalizeDecimal(text);
    const number = plain === undefined ? (SCIENTIFIC.test(text) ? Number(text) : Number.NaN) : Number(plain);
    if (type === 'number' ? Number.isFinite(number) : Number.isSafeInteger(number)) return number;
    return new InvalidCell('number_invalid', text, type === 'number' ? 'a number' : 'a whole number');
  };
}

function readBoolean(text: string): boolean | InvalidCell {
  const plain = text.toLowerCase();
  if (TRUE.has(plain)) return true;
  return FALSE.has(plain) ? false : new InvalidCell('boolean_invalid', text, 'true or false');
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return new InvalidCell('json_invalid', text, 'JSON');
  }
}

/**
 * Amounts become numbers in major units. Minor units are shifted on the decimal text, never divided, so 110 fen
 * are exactly what "1.10" is; an amount with more digits than a number holds is refused.
 */
function moneyReader(value: Extract<Column, { type: 'money' }>): (text: string) => number | InvalidCell {
  const minor = value.unit === 'minor' || value.unit === 'fen';
  const ofCurrency = value.currency === undefined ? 2 : fractionDigits(value.currency);
  const shift = minor ? (value.digits ?? ofCurrency) : 0;
  return (text) => {
    const plain = normalizeAmount(text);
    if (plain === undefined) return new InvalidCell('money_invalid', text, 'an amount of money');
    if (plain.replace(/\D/g, '').replace(/^0+/, '').length > 15) {
      return new InvalidCell('money_invalid', text, 'an amount that can be counted exactly (15 digits)');
    }
    const amount = shift === 0 ? Number(plain) : Number(`${plain}e-${shift}`);
    return amount === 0 ? 0 : amount;
  };
}

function normalizeAmount(text: string): string | undefined {
  const plain = normalizeDecimal(text);
  if (plain !== undefined) return plain;
  const bare = text.normalize('NFKC').replace(CURRENCY_SIGNS, '');
  const inBrackets = IN_BRACKETS.exec(bare);
  return normalizeDecimal(inBrackets === null ? bare : `-${inBrackets[1]}`);
}

/** A decimal without its thousands separators; `12,50` could be either, and is none. */
function normalizeDecimal(text: string): string | undefined {
  if (DECIMAL.test(text) || FRACTION_ONLY.test(text)) return text;
  return GROUPED.test(text) ? text.replaceAll(',', '') : undefined;
}
