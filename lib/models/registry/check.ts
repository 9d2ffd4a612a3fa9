/** Throws when a value is not what it should be. @param at its place, as `clusters[2].centroid` */
export type Check = (value: unknown, at: string) => void;

/** @throws Error saying where, what is expected there, and what was found */
export function refuse(at: string, expected: string, found: unknown): never {
  const shown = found === undefined ? 'nothing' : (JSON.stringify(found)?.slice(0, 60) ?? typeof found);
  throw new Error(`${at} must be ${expected}, not ${shown}`);
}

const numberWhere =
  (expected: string, holds: (n: number) => boolean): Check =>
  (value, at) => {
    if (typeof value !== 'number' || !Number.isFinite(value) || !holds(value)) refuse(at, expected, value);
  };

export const finite = numberWhere('a finite number', () => true);
export const positive = numberWhere('a number above 0', (n) => n > 0);
export const notNegative = numberWhere('a number of at least 0', (n) => n >= 0);
export const share = numberWhere('a number from 0 to 1', (n) => n >= 0 && n <= 1);
export const count = numberWhere('a whole number of at least 0', (n) => Number.isInteger(n) && n >= 0);
export const whole = numberWhere('a whole number', Number.isInteger);

export const text: Check = (value, at) => {
  if (typeof value !== 'string' || value === '') refuse(at, 'a text', value);
};

export const trueOrFalse: Check = (value, at) => {
  if (typeof value !== 'boolean') refuse(at, 'true or false', value);
};

export const oneOf =
  (...values: readonly unknown[]): Check =>
  (value, at) => {
    if (!values.includes(value))
      refuse(at, values.length > 6 ? `one that is known` : values.map(String).join(' or '), value);
  };

export const orNull =
  (check: Check): Check =>
  (value, at) => {
    if (value !== null) check(value, at);
  };

export const orAbsent =
  (check: Check): Check =>
  (value, at) => {
    if (value !== undefined) check(value, at);
  };

/** @param size how many there must be, or at least 1 for `some` */
export const list =
  (item: Check, size?: number | 'some'): Check =>
  (value, at) => {
    if (!Array.isArray(value)) return refuse(at, 'a list', value);
    if (size === 'some' && value.length === 0) refuse(at, 'a list of at least one', value);
    if (typeof size === 'number' && value.length !== size)
      refuse(at, `a list of ${size}`, `one of ${value.length}`);
    for (let i = 0; i < value.length; i += 1) item(value[i], `${at}[${i}]`);
  };

/** Fields beyond these are left alone. */
export const shape =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return refuse(at, 'an object', value);
    for (const [name, check] of Object.entries(fields))
      check((value as Record<string, unknown>)[name], at === '' ? name : `${at}.${name}`);
  };

/** @throws Error when two are equal */
export function distinct(values: readonly string[], at: string): void {
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) refuse(at, 'all different', `${twice} twice`);
}

/** @throws Error when one is lower than the one before it, or, if `strictly`, the same */
export function ascending(values: readonly number[], at: string, strictly = false): void {
  for (let i = 1; i < values.length; i += 1) {
    const [before, value] = [values[i - 1]!, values[i]!];
    if (value < before || (strictly && value === before))
      refuse(`${at}[${i}]`, `higher than the one before, ${before}`, value);
  }
}
