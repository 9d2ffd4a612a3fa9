import * as z from 'zod/mini';

/**
 * Reads the JSON of a published object.
 * @throws Error 'it is not JSON': what the engine says would quote the file
 */
export function parseJson(body: Uint8Array | string): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body));
  } catch (cause) {
    throw new Error('it is not JSON', { cause });
  }
}

/**
 * Reads a value by its schema: fields that the schema does not know fall away, those that are left out get their defaults.
 * @throws Error naming the first place that is wrong, what is expected there and what was found:
 *   `daily.dau[3] must be a whole number, not "7"`
 */
export function parseArtefact<S extends z.ZodMiniType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw new Error(describeIssue(result.error.issues[0]!));
}

/**
 * Reads a file that an earlier step of a run wrote for a later one.
 * @throws Error naming it and the place in it, and what to do: a release that is deployed in the middle of a night may write
 *   other files than the one before
 */
export function parseRunFile<S extends z.ZodMiniType>(schema: S, key: string, body: Uint8Array): z.output<S> {
  try {
    return parseArtefact(schema, parseJson(body));
  } catch (cause) {
    throw new Error(`${key} does not read: ${(cause as Error).message}. ${MIXED_RELEASES}`, { cause });
  }
}

/** What is to be done about a file of a run that is not as this release writes it. */
export const MIXED_RELEASES =
  'Another release of zhiqun wrote it, before one was deployed in the middle of this run, or it is damaged: start a new run.';

/** A schema with words that the API's document says of it. */
/* @__NO_SIDE_EFFECTS__ */
export const described = <S extends z.ZodMiniType>(schema: S, description: string, example?: unknown): S =>
  schema.check(z.meta({ description, ...(example !== undefined && { example }) }));

/** Refuses a value that its fields do not bear out together. @param path from the value that the rule is about */
export type Refuse = (path: readonly (string | number)[], expected: string, found: unknown) => void;

/**
 * A schema with a rule about several of its fields, which is asked once each of them is right by itself.
 * @param rule refuses what does not fit together
 */
/* @__NO_SIDE_EFFECTS__ */
export function withRule<S extends z.ZodMiniType>(
  schema: S,
  rule: (value: z.output<S>, refuse: Refuse) => void,
): S {
  return schema.check(({ value, issues }) => {
    rule(value as z.output<S>, (path, expected, input) => {
      issues.push({ code: 'custom', path: [...path], message: expected, input });
    });
  });
}

/** One field of the same kind for each name. */
/* @__NO_SIDE_EFFECTS__ */
export const each = <K extends string, S>(names: readonly K[], schema: S): Record<K, S> =>
  Object.fromEntries(names.map((name) => [name, schema])) as Record<K, S>;

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'an object',
  record: 'an object',
  string: 'a text',
  number: 'a finite number',
  int: 'a whole number',
  boolean: 'true or false',
};
const MAX_NAMED_VALUES = 6;

function describeIssue(issue: z.core.$ZodIssue): string {
  const isTag = issue.code === 'invalid_union' && issue.discriminator !== undefined;
  const found = isTag ? (issue.input as Record<string, unknown>)[issue.discriminator!] : issue.input;
  const place = formatPath(issue.path) || 'it';
  const shown = found === undefined ? 'nothing' : (JSON.stringify(found)?.slice(0, 60) ?? typeof found);
  return `${place} must be ${expectation(issue)}, not ${shown}`;
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_union':
      return oneOf(('options' in issue && issue.options) || []);
    case 'too_small':
      if (issue.origin === 'string') return 'a text';
      if (issue.origin === 'array') return `a list of at least ${issue.minimum}`;
      return `a number ${issue.inclusive ? 'of at least' : 'above'} ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'array'
        ? `a list of at most ${issue.maximum}`
        : `a number up to ${issue.maximum}`;
    default:
      return issue.message;
  }
}

const oneOf = (values: readonly unknown[]): string =>
  values.length > MAX_NAMED_VALUES ? 'one that is known' : values.map(String).join(' or ');

/** `clusters[2].centroid` */
const formatPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    '',
  );
