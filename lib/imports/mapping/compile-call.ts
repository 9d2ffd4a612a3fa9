import { parseId } from '#lib/events/ids.ts';
import type { EventType } from '#lib/events/stored-event.ts';
import type { Row } from '#lib/imports/formats/row.ts';
import { type Call, type CallStep, CellError } from './call-step.ts';
import type { Columns, FoundColumn } from './columns.ts';
import { compileConditions } from './conditions.ts';
import { formatIso } from './iso-text.ts';
import { compileTimeReader } from './read-time.ts';
import type { CallMapping, EventSource, IdSource, TimeSource } from './schema.ts';
import { compileValues } from './values-step.ts';

export interface CompiledCall {
  type: EventType;
  applies: (row: Row) => boolean;
  /** the call, or why there is none: refused, or dropped (a string) */
  make: (row: Row) => Call | CellError | string;
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
  return {
    type: mapping.type ?? 'track',
    applies: compileConditions(mapping.when ?? [], columns),
    make: (row) => {
      const call: Call = {};
      for (const step of steps) {
        const stopped = step(row, call);
        if (stopped !== undefined) return stopped;
      }
      return call;
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
      const blocked = checkId(prefix + text, text, field);
      if (blocked !== undefined) return new CellError(name, blocked.code, blocked.message);
      call[field] = prefix + text;
      named = true;
    }
    return named ? undefined : new CellError(all, 'user_missing', 'the row does not say who it was');
  };
}

function checkId(id: string, text: string, field: string): { code: string; message: string } | undefined {
  const read = parseId(id, field);
  // A prefix must not make a placeholder pass for an id.
  const { code, reason } = read.code === undefined && id !== text ? parseId(text, field) : read;
  if (code !== undefined) return { code, message: reason ?? '' };
  return id.includes('\ufffd') ? { code: 'text_unreadable', message: UNREADABLE } : undefined;
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
      const blocked = checkId(prefix + text, text, field);
      if (blocked !== undefined) return new CellError(name, blocked.code, blocked.message);
    } else if (text.includes('\ufffd')) return new CellError(name, 'text_unreadable', UNREADABLE);
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
        : new CellError(name, 'time_missing', 'the row does not say when it was');
    }
    const ms = read(text);
    if (ms === undefined) {
      const message = `"${text.slice(0, 60)}" is no time in the format ${formats.join(' or ')} (1970–9999)`;
      return new CellError(name, 'time_invalid', message);
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
      return `${name} "${text.slice(0, 60)}" is none of the events of the mapping`;
    else if (otherwise === 'refuse' || text === '') {
      const code = text === '' ? 'event_missing' : 'event_unknown';
      return new CellError(name, code, `"${text.slice(0, 60)}" is none of the events of the mapping`);
    } else call['event'] = text;
    return undefined;
  };
}
