import { compileTimePattern } from './time-pattern.ts';
import { wallTimeConverter } from './zoned-time.ts';

const EARLIEST_MS = 0;
const LATEST_MS = Date.UTC(9999, 11, 31);
const EPOCH_SECONDS = /^\d{1,11}(?:\.\d{1,9})?$/;
const EPOCH_MS = /^\d{1,15}$/;

/**
 * Compiles time formats, tried in their order, to one reader.
 * @param formats `iso`, `epoch-s`, `epoch-ms` or a pattern as `timePattern` reads it
 * @param timeZone IANA zone of times that name no offset
 * @returns text → milliseconds since 1970; undefined when no format fits, or outside 1970–9999
 * @throws RangeError when a format or the zone is none
 */
export function compileTimeReader(
  formats: readonly string[],
  timeZone: string,
): (text: string) => number | undefined {
  const instantOf = wallTimeConverter(timeZone);
  const readers = formats.map((format) => compileFormat(format, instantOf));
  return (text) => {
    for (const read of readers) {
      const ms = read(text);
      if (ms !== undefined && ms >= EARLIEST_MS && ms <= LATEST_MS) return ms;
    }
    return undefined;
  };
}

function compileFormat(
  format: string,
  instantOf: (wallMs: number) => number,
): (text: string) => number | undefined {
  if (format === 'epoch-s') {
    return (text) => (EPOCH_SECONDS.test(text) ? Math.round(Number(text) * 1000) : undefined);
  }
  if (format === 'epoch-ms') return (text) => (EPOCH_MS.test(text) ? Number(text) : undefined);
  const read = compileTimePattern(format);
  return (text) => {
    const time = read(text);
    if (time === undefined) return undefined;
    return time.offsetMinutes === undefined
      ? instantOf(time.wallMs)
      : time.wallMs - time.offsetMinutes * 60_000;
  };
}
