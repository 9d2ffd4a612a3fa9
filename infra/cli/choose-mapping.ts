import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { ImportError } from '#lib/imports/import-error.ts';
import { type Mapping, parseMapping } from '#lib/imports/mapping/schema.ts';
import { parsePreset } from '#lib/imports/presets/presets.ts';
import { type ApiClient, ApiProblem } from './api-client.ts';
import { UsageError } from './command.ts';

/**
 * The mapping that an option names: a ready one, or a file with one.
 * @throws UsageError that says what is wrong with it
 */
export function readMappingOption(option: string): Mapping {
  const isFile = option.endsWith('.json') || option.includes('/') || existsSync(option);
  try {
    return isFile ? parseMapping(JSON.parse(readFileSync(option, 'utf8'))) : parsePreset(option);
  } catch (error) {
    if (error instanceof ImportError) throw new UsageError(`--mapping ${option}: ${error.message}`);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UsageError(`--mapping ${option}: there is no such file`);
    if (error instanceof SyntaxError)
      throw new UsageError(`--mapping ${option}: the file is not JSON (${message})`);
    throw error;
  }
}

/**
 * Sees to it that a source is imported with this mapping.
 * @returns its new version, or undefined when it was that mapping already
 */
export async function ensureMapping(
  api: ApiClient,
  source: string,
  mapping: Mapping,
): Promise<number | undefined> {
  const path = `/v1/sources/${encodeURIComponent(source)}/mapping`;
  const current = await api.request<{ mapping: unknown }>('GET', path).catch((error: unknown) => {
    if (error instanceof ApiProblem && error.status === 404) return undefined;
    throw error;
  });
  if (isDeepStrictEqual(current?.mapping, JSON.parse(JSON.stringify(mapping)))) return undefined;
  const { version } = await api.request<{ version: number }>('PUT', path, mapping);
  return version;
}
