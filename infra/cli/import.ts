import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { UploadTicket } from '#lib/imports/jobs/upload-ticket.ts';
import { apiClient } from './api-client.ts';
import { ensureMapping, readMappingOption } from './choose-mapping.ts';
import {
  findTarget,
  type Io,
  parseOptions,
  runCommand,
  type TargetOptions,
  targetOptions,
  targetUsage,
  UsageError,
} from './command.ts';
import { followImport, formatCount, formatImportReport } from './import-progress.ts';
import { progressBar } from './progress-bar.ts';
import { uploadFile } from './upload-file.ts';

const usage = `npm run import -- FILE --source NAME [options]

Uploads a file to a running zhiqun and waits until it is imported.

  --source NAME   what the file comes from; chooses the mapping
  --mapping M     use this mapping for the source from now on: the name of a ready one, or a JSON file
${targetUsage}

Ends with 0 when no row was refused, 1 when some were or the import failed, 2 when it was called wrongly.
Importing a file again, or a longer one that begins the same, adds only what is new.`;

const MEGABYTE = 1024 * 1024;
// What is up already is worth waiting for.
const UPLOAD_PATIENCE_MS = 60_000;

/**
 * The command as a whole.
 * @param args as they stand behind the program's name
 * @returns the exit code
 */
export const importCommand = (args: readonly string[], io: Io): Promise<number> =>
  runCommand('import', io, async () => {
    const { env, out } = io;
    const say = (line: string): unknown => out.write(`${line}\n`);
    const options = readArguments(args);
    if (options === 'help') {
      say(usage);
      return 0;
    }
    const { path, source } = options;
    const size = await readSize(path);
    const mapping = options.mapping === undefined ? undefined : readMappingOption(options.mapping);
    const api = apiClient(findTarget(options.target, env));

    const version = mapping && (await ensureMapping(api, source, mapping));
    if (version !== undefined) say(`The source ${source} has a new mapping: version ${version}.`);
    const filename = basename(path);
    const ticket = await api.request<UploadTicket>('POST', '/v1/imports', { source, filename, size });
    const { importId } = ticket;

    const uploading = progressBar(out, 'upload');
    const began = performance.now();
    const parts = await uploadFile({
      file: await openAsBlob(path),
      ticket,
      renew: () => api.request('POST', `/v1/imports/${importId}/upload`, undefined, UPLOAD_PATIENCE_MS),
      onProgress(bytes) {
        const perSecond = bytes / MEGABYTE / ((performance.now() - began) / 1_000);
        uploading.show(
          bytes / size,
          `${(bytes / MEGABYTE).toFixed(1)} of ${(size / MEGABYTE).toFixed(1)} MB, ${perSecond.toFixed(1)} MB/s`,
        );
      },
    }).finally(uploading.clear);
    if (parts.length > 0)
      await api.request('POST', `/v1/imports/${importId}/complete`, { parts }, UPLOAD_PATIENCE_MS);
    say(
      `Uploaded ${filename} (${formatCount(size)} bytes). It is imported as ${importId}, also without this program.`,
    );

    const importing = progressBar(out, 'import');
    const view = await followImport(api, importId, importing).finally(importing.clear);
    say(formatImportReport(view));
    return view.state === 'done' && view.refused === 0 ? 0 : 1;
  });

interface Arguments {
  path: string;
  source: string;
  mapping: string | undefined;
  target: TargetOptions;
}

/** @throws UsageError naming what is wrong or missing */
function readArguments(args: readonly string[]): Arguments | 'help' {
  const { values, positionals } = parseOptions(args, {
    allowPositionals: true,
    options: {
      source: { type: 'string' },
      mapping: { type: 'string' },
      help: { type: 'boolean', default: false },
      ...targetOptions,
    },
  });
  if (values.help) return 'help';
  const [path, more] = positionals;
  if (path === undefined) throw new UsageError('Which file? None was named.');
  if (more !== undefined) throw new UsageError(`One file at a time: ${positionals.join(', ')}`);
  if (values.source === undefined) throw new UsageError('--source is missing: what does the file come from?');
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(values.source))
    throw new UsageError(`--source ${values.source}: expected small letters, digits and hyphens`);
  return { path, source: values.source, mapping: values.mapping, target: values };
}

async function readSize(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new UsageError(`There is no file ${path}`);
  if (!found.isFile()) throw new UsageError(`${path} is not a file`);
  if (found.size === 0) throw new UsageError(`${path} is empty: it holds nothing to import`);
  return found.size;
}

if (import.meta.main) {
  process.exitCode = await importCommand(process.argv.slice(2), {
    env: process.env,
    out: process.stdout,
    err: process.stderr,
  });
}
