import * as z from 'zod';

import { EVENT_TYPES } from '#lib/events/stored-event.ts';
import type { FormatHints } from '#lib/imports/formats/table-format.ts';
import { ImportError } from '#lib/imports/import-error.ts';
import { type InferLazy, lazySchema } from '#lib/platform/lazy-schema.ts';
import { compileTimePattern } from './time-pattern.ts';

/** A column by its name, or several names of it: the first that the file has and whose cell is not empty counts. */
const Column = lazySchema(() => z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]));

/** An id: the cell's text, with a prefix in front if the ids of several systems meet. */
const Id = lazySchema(() =>
  z.union([Column(), z.strictObject({ column: Column(), prefix: z.string().optional() })]),
);

const TimeFormat = lazySchema(() =>
  z.string().check((context) => {
    if (['iso', 'epoch-s', 'epoch-ms'].includes(context.value)) return;
    try {
      compileTimePattern(context.value);
    } catch (error) {
      context.issues.push({ code: 'custom', input: context.value, message: (error as Error).message });
    }
  }),
);

const TimeZone = lazySchema(() => z.string().refine(isTimeZone, 'is no IANA time zone, e.g. Asia/Shanghai'));

const Time = lazySchema(() =>
  z.strictObject({
    column: Column(),
    format: z.union([TimeFormat(), z.array(TimeFormat()).min(1)]).default('iso'),
    zone: TimeZone().optional(),
    /** an empty cell means that the time is not known, not that the row is wrong */
    optional: z.boolean().optional(),
  }),
);

/** What a row must be like; all that is said must hold. A column that the file lacks is an empty cell. */
const Condition = lazySchema(() =>
  z.strictObject({
    column: Column(),
    in: z.array(z.string()).min(1).optional(),
    notIn: z.array(z.string()).min(1).optional(),
    empty: z.boolean().optional(),
    above: z.number().optional(),
  }),
);

const Event = lazySchema(() =>
  z.union([
    z.string().min(1),
    z.strictObject({
      column: Column(),
      values: z.record(z.string(), z.string().min(1)),
      /** what becomes of other values: the row is dropped, kept under its own name, or refused */
      otherwise: z.enum(['drop', 'keep', 'refuse']).default('refuse'),
    }),
  ]),
);

const optional = () => z.boolean().optional();

/** A property: a constant, or a column read as a type. An empty cell gives no property. */
const Value = lazySchema(() =>
  z.union([
    z.strictObject({ value: z.union([z.string(), z.number(), z.boolean()]) }),
    z.strictObject({
      column: Column(),
      type: z.literal('text').optional(),
      prefix: z.string().optional(),
      optional: optional(),
    }),
    z.strictObject({
      column: Column(),
      type: z.enum(['integer', 'number', 'boolean', 'json']),
      optional: optional(),
    }),
    z.strictObject({
      column: Column(),
      type: z.literal('list'),
      separator: z.string().min(1).default(','),
      optional: optional(),
    }),
    z.strictObject({
      column: Column(),
      type: z.literal('money'),
      /** what the cell counts in: yuan, dollars … (`major`) or fen, cents … (`minor`) */
      unit: z.enum(['major', 'minor', 'yuan', 'fen']),
      /** ISO 4217; also becomes the property `currency` if nothing else does */
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/)
        .optional(),
      /** decimal digits of the minor unit; the currency's own by default, 2 without one */
      digits: z.int().min(0).max(4).optional(),
      optional: optional(),
    }),
  ]),
);
export type Value = InferLazy<typeof Value>;

const Values = lazySchema(() => z.record(z.string().min(1), Value()));

const call = () => ({
  /** only rows for which all of this holds give this call */
  when: z.array(Condition()).optional(),
  type: z.enum(EVENT_TYPES).optional(),
  userId: Id().optional(),
  anonymousId: Id().optional(),
  previousId: Id().optional(),
  groupId: Id().optional(),
  time: Time().optional(),
  event: Event().optional(),
  /** of page and screen calls */
  name: Id().optional(),
  /** the source's own id of what happened; without one the id comes from the row's content */
  messageId: Id().optional(),
  properties: Values().optional(),
  traits: Values().optional(),
});

const Call = lazySchema(() => z.strictObject(call()));
export type CallMapping = InferLazy<typeof Call>;
export type ColumnNames = InferLazy<typeof Column>;
export type IdSource = InferLazy<typeof Id>;
export type TimeSource = InferLazy<typeof Time>;
export type EventSource = InferLazy<typeof Event>;
export type Condition = InferLazy<typeof Condition>;

/**
 * How the rows of a source become tracking calls: the fields of the first call stand at the top, further calls that
 * the same row gives under `also` (they take over `userId`, `anonymousId`, `time` and `type` unless they say
 * otherwise). `format`, `encoding`, `delimiter` and `header` are recognised from the file and need not be given.
 */
export const Mapping = lazySchema(() =>
  z
    .strictObject({
      description: z.string().optional(),
      format: z.enum(['delimited', 'ndjson', 'xml-rows']).optional(),
      encoding: z.enum(['utf-8', 'gb18030', 'utf-16le']).optional(),
      delimiter: z.enum([',', '\t', ';', '|', 'blank']).optional(),
      /** whether there is a header line, or the columns' names in a file without one; else they are "1", "2", … */
      header: z.union([z.boolean(), z.array(z.string().min(1)).min(1)]).optional(),
      /** rows that are no events; every one of them counts as dropped */
      skip: z.array(Condition()).optional(),
      ...call(),
      also: z.array(Call()).optional(),
    })
    .check((context) => {
      for (const [path, one] of expandCalls(context.value).map(
        (one, i) => [i ? ['also', i - 1] : [], one] as const,
      )) {
        const problem = findProblem(one);
        if (problem !== undefined) {
          context.issues.push({ code: 'custom', input: context.value, message: problem, path: [...path] });
        }
      }
    }),
);
export type Mapping = InferLazy<typeof Mapping>;

/** The calls a mapping makes of a row, each with what it takes over from the first. */
export function expandCalls(mapping: Mapping): CallMapping[] {
  const first: CallMapping = Object.fromEntries(
    Object.keys(Call().shape).flatMap((key) => {
      const value = mapping[key as keyof CallMapping];
      return value === undefined ? [] : [[key, value]];
    }),
  );
  const inherited = (['userId', 'anonymousId', 'time', 'type'] as const).filter((key) => key in first);
  const taken = Object.fromEntries(inherited.map((key) => [key, first[key]]));
  return [first, ...(mapping.also ?? []).map((other) => ({ ...taken, ...other }))];
}

/** The possible names of a column, the preferred one first. */
export const namesOf = (columns: ColumnNames): readonly string[] =>
  typeof columns === 'string' ? [columns] : columns;

/** What a mapping says about the file it is for. */
export function formatHints(mapping: Mapping | undefined): FormatHints {
  if (mapping === undefined) return {};
  const { format, encoding, delimiter, header } = mapping;
  return { format, encoding, delimiter, header, neededColumns: neededColumns(mapping) };
}

/** The columns without which no call of a mapping can be made, each as its possible names: who, and when. */
function neededColumns(mapping: Mapping): (readonly string[])[] {
  const [first] = expandCalls(mapping);
  const who = first?.userId ?? first?.anonymousId;
  const needed: (readonly string[])[] = [];
  if (who !== undefined)
    needed.push(namesOf(typeof who === 'string' || Array.isArray(who) ? who : who.column));
  if (first?.time !== undefined && first.time.optional !== true) needed.push(namesOf(first.time.column));
  return needed;
}

function findProblem({ type = 'track', ...one }: CallMapping): string | undefined {
  if (one.userId === undefined && one.anonymousId === undefined) {
    return 'userId (or anonymousId) must name the column that says who it was';
  }
  if (one.time === undefined && type !== 'identify') return 'time must name the column that says when it was';
  if (type === 'track' && one.event === undefined) {
    return 'event must be a name, or name the column that says what happened';
  }
  if (type !== 'track' && one.event !== undefined) return `a call of type ${type} has no event`;
  return undefined;
}

/**
 * Checks a mapping.
 * @throws ImportRefused (`mapping_invalid`) that lists every issue with its path
 */
export function parseMapping(json: unknown): Mapping {
  const parsed = Mapping().safeParse(json);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => describeIssue(issue, []));
  throw new ImportError('mapping_invalid', `the mapping is not valid: ${issues.join('; ')}`);
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

type Issue = z.core.$ZodIssue;

/** One line for an issue. Of alternatives, none of which fits, the one that got furthest is meant. */
function describeIssue(issue: Issue, above: readonly PropertyKey[]): string {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union') {
    const [closest] = issue.errors.toSorted((a, b) => distance(a) - distance(b));
    if (closest !== undefined && distance(closest) < 100) {
      return closest.map((inner) => describeIssue(inner, path)).join('; ');
    }
  }
  return `${path.length === 0 ? 'at the top' : path.join('.')}: ${issue.message}`;
}

// An alternative of another kind altogether (text for an object, another `type`) is not what was meant.
const distance = (issues: readonly Issue[]): number =>
  issues.reduce((sum, issue) => sum + (isOfAnotherKind(issue) ? 100 : 1), 0);

const isOfAnotherKind = ({ code, path }: Issue): boolean =>
  (code === 'invalid_type' && path.length === 0) || path[0] === 'type';
