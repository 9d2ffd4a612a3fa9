import { parseId } from '#lib/events/ids.ts';
import {
  accepted,
  type Dropped,
  dropped,
  type Outcome,
  type Rejected,
  rejected,
} from '#lib/events/outcome.ts';
import type { EventType } from '#lib/events/stored-event.ts';
import type { Row } from '#lib/imports/formats/row.ts';
import { cellReader, InvalidCell } from './cell-value.ts';
import type { Columns, FoundColumn } from './columns.ts';
import { compileTimeReader, formatIso } from './read-time.ts';
import type { CallMapping, Condition, EventSource, IdSource, TimeSource, Value } from './schema.ts';

/** One of the calls that a row gives, for `parseCall(call, type, context)`. */
export interface MappedCall {
  type: EventType;
  /** a call of Segment's spec; without `messageId` if the row has none */
  call: Readonly<Record<string, unknown>>;
}

export interface CompiledCall {
  applies: (row: Row) => boolean;
  make: (row: Row) => Outcome<MappedCall>;
}

/**
 * Compiles one call of a mapping against the columns of a file.
 * @param timeZone of times without an offset, if the mapping names no zone
 * @throws ImportRefused when the file lacks a column
 */
export function compileCall(mapping: CallMapping, columns: Columns, timeZone: string): CompiledCall {
  const steps: CallStep[] = [];
  if (mapping.userId !== undefined || mapping.anonymousId !== undefined)
    steps.push(identityStep(mapping, columns));
  for (const field of ['previousId', 'groupId', 'name', 'messageId'] as const) {
    const source = mapping[field];
    if (source !== undefined) steps.push(optionalStep(field, source, columns));
  }
  if (mapping.time !== undefined) steps.push(timeStep(mapping.time, columns, timeZone));
  if (mapping.event !== undefined) steps.push(eventStep(mapping.event, columns));
  if (mapping.properties !== undefined) steps.push(compileValues('properties', mapping.properties, columns));
  if (mapping.traits !== undefined) steps.push(compileValues('traits', mapping.traits, columns));
  const type = mapping.type ?? 'track';
  return {
    applies: compileConditions(mapping.when ?? [], columns),
    make: (row) => {
      const call: Call = {};
      for (const step of steps) {
        const stopped = step(row, call);
        if (stopped !== undefined) return stopped;
      }
      return accepted({ type, call });
    },
  };
}

interface FoundId extends FoundColumn {
  prefix: string;
}

function findId(source: IdSource, columns: Columns, what?: string): FoundId | undefined {
  const plain = typeof source === 'string' || Array.isArray(source);
  const names = plain ? source : source.column;
  const found = what === undefined ? columns.optional(names) : columns.required(names, what);
  return found && { ...found, prefix: plain ? '' : (source.prefix ?? '') };
}

/** Who it was: a member, an anonymous visitor, or both; the file must have one of the two columns. */
function identityStep({ userId, anonymousId }: CallMapping, columns: Columns): CallStep {
  const sources: Array<FoundId & { field: string }> = [];
  if (userId !== undefined) {
    const found = findId(userId, columns, anonymousId === undefined ? 'the userId' : undefined);
    if (found !== undefined) sources.push({ field: 'userId', ...found });
  }
  if (anonymousId !== undefined) {
    const found = findId(anonymousId, columns, sources.length === 0 ? 'the anonymousId' : undefined);
    if (found !== undefined) sources.push({ field: 'anonymousId', ...found });
  }
  const all = sources.map(({ name }) => name).join(', ');
  return (row, call) => {
    let named = false;
    for (const { field, cell, name, prefix } of sources) {
      const text = cell(row);
      if (text === '') continue;
      const wrong = checkId(prefix + text, text, field, name);
      if (wrong !== undefined) return wrong;
      call[field] = prefix + text;
      named = true;
    }
    return named ? undefined : rejected('user_missing', 'the row does not say who it was', all);
  };
}

function checkId(id: string, text: string, field: string, column: string): Rejected | undefined {
  const read = parseId(id, field);
  // A prefix must not make a placeholder pass for an id.
  const { code, reason } = read.code === undefined && id !== text ? parseId(text, field) : read;
  if (code !== undefined) return rejected(code, reason ?? '', column);
  return id.includes('\ufffd') ? rejected('text_unreadable', UNREADABLE, column) : undefined;
}

const UNREADABLE = 'the cell has bytes that are no text in the encoding of the file';

function optionalStep(field: string, source: IdSource, columns: Columns): CallStep {
  const found = findId(source, columns, `the ${field}`);
  if (found === undefined) return () => undefined;
  const { cell, name, prefix } = found;
  const isId = field !== 'name' && field !== 'messageId';
  return (row, call) => {
    const text = cell(row);
    if (text === '') return undefined;
    if (isId) {
      const wrong = checkId(prefix + text, text, field, name);
      if (wrong !== undefined) return wrong;
    } else if (text.includes('\ufffd')) return rejected('text_unreadable', UNREADABLE, name);
    call[field] = prefix + text;
    return undefined;
  };
}

function timeStep(time: TimeSource, columns: Columns, timeZone: string): CallStep {
  const found =
    time.optional === true ? columns.optional(time.column) : columns.required(time.column, 'the time');
  if (found === undefined) return () => undefined;
  const { cell, name } = found;
  const formats = typeof time.format === 'string' ? [time.format] : time.format;
  const read = compileTimeReader(formats, time.zone ?? timeZone);
  return (row, call) => {
    const text = cell(row);
    if (text === '') {
      return time.optional === true
        ? undefined
        : rejected('time_missing', 'the row does not say when it was', name);
    }
    const ms = read(text);
    if (ms === undefined) {
      const message = `"${text.slice(0, 60)}" is no time in the format ${formats.join(' or ')} (1970–9999)`;
      return rejected('time_invalid', message, name);
    }
    call['timestamp'] = formatIso(ms);
    return undefined;
  };
}

function eventStep(event: EventSource, columns: Columns): CallStep {
  if (typeof event === 'string') {
    return (_row, call) => {
      call['event'] = event;
      return undefined;
    };
  }
  const { cell, name } = columns.required(event.column, 'the event');
  const events = new Map(Object.entries(event.values));
  const { otherwise } = event;
  return (row, call) => {
    const text = cell(row);
    const known = events.get(text);
    if (known !== undefined) call['event'] = known;
    else if (otherwise === 'drop')
      return dropped(`${name} "${text.slice(0, 60)}" is none of the events of the mapping`);
    else if (otherwise === 'refuse' || text === '') {
      const code = text === '' ? 'event_missing' : 'event_unknown';
      return rejected(code, `"${text.slice(0, 60)}" is none of the events of the mapping`, name);
    } else call['event'] = text;
    return undefined;
  };
}

type Call = Record<string, unknown>;

/** Fills in one part of a call; says why there is no call if it cannot. */
type CallStep = (row: Row, call: Call) => Dropped | Rejected | undefined;

/** Whether all of some conditions hold for a row. */
export function compileConditions(all: readonly Condition[], columns: Columns): (row: Row) => boolean {
  const tests = all.map((condition) => {
    const cell = columns.optional(condition.column)?.cell ?? (() => '');
    const [included, excluded] = [
      condition.in && new Set(condition.in),
      condition.notIn && new Set(condition.notIn),
    ];
    const { empty, above } = condition;
    const amount = cellReader({ column: condition.column, type: 'money', unit: 'major' });
    return (row: Row): boolean => {
      const text = cell(row);
      if (empty !== undefined && (text === '') !== empty) return false;
      if (included?.has(text) === false || excluded?.has(text) === true) return false;
      return above === undefined || (text !== '' && Number(amount(text)) > above);
    };
  });
  return (row) => {
    for (const test of tests) if (!test(row)) return false;
    return true;
  };
}

/** Fills in a call's properties or traits. @throws ImportRefused when the file lacks a column */
function compileValues(
  field: 'properties' | 'traits',
  values: Readonly<Record<string, Value>>,
  columns: Columns,
): CallStep {
  const constants: Record<string, unknown> = {};
  const readers: Array<
    FoundColumn & { key: string; read: (text: string) => unknown; currency?: string | undefined }
  > = [];
  for (const [key, value] of Object.entries(values)) {
    if ('value' in value) {
      constants[key] = value.value;
      continue;
    }
    const what = `${field}.${key}`;
    const found =
      value.optional === true ? columns.optional(value.column) : columns.required(value.column, what);
    if (found === undefined) continue;
    const currency = value.type === 'money' ? value.currency : undefined;
    readers.push({ ...found, key, read: cellReader(value), currency });
  }
  const anyConstant = Object.keys(constants).length > 0;
  return (row, call) => {
    const object: Record<string, unknown> = anyConstant ? { ...constants } : {};
    for (let i = 0; i < readers.length; i += 1) {
      const reader = readers[i]!;
      const text = reader.cell(row);
      if (text === '') continue;
      const value = reader.read(text);
      if (value instanceof InvalidCell) return rejected(value.code, value.message, reader.name);
      object[reader.key] = value;
      if (reader.currency !== undefined) object['currency'] ??= reader.currency;
    }
    call[field] = object;
    return undefined;
  };
}
