import { join } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { readJson } from '#infra/local/host/json-file.ts';
import type { StackInfo } from '#infra/local/stack-info.ts';
import type { Output } from './progress-bar.ts';

/** What a command has of the world. */
export interface Io {
  env: NodeJS.ProcessEnv;
  out: Output;
  err: Output;
}

/** The options that say which zhiqun a command is for. */
export const targetOptions = {
  api: { type: 'string' },
  url: { type: 'string' },
  key: { type: 'string' },
  'data-dir': { type: 'string', default: '.local' },
} as const;

export const targetUsage = `  --data-dir DIR  of the zhiqun on this machine (default .local)
  --api URL       a deployed zhiqun instead (--url is the same); or ZHIQUN_API in the environment
  --key KEY       secret key of an operator or owner; or ZHIQUN_KEY in the environment
  --help          this text`;

/**
 * Does a command's work, and says what went wrong.
 * @param name as in `npm run <name>`
 * @returns the exit code: 2 when it was called wrongly, 1 when anything else was thrown
 */
export async function runCommand(
  name: string,
  { env, err }: Io,
  work: () => Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const isUsage = error instanceof UsageError;
    err.write(
      `${(error as Error).message}\n${isUsage ? `\nnpm run ${name} -- --help shows how to call it.\n` : ''}`,
    );
    if (env['DEBUG']) err.write(`${(error as Error).stack}\n`);
    return isUsage ? 2 : 1;
  }
}

/** Reads arguments as `parseArgs` of Node does. @throws UsageError naming the option that is unknown or lacks its value */
export function parseOptions<T extends ParseArgsConfig>(
  args: readonly string[],
  config: T,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs<T>({ ...config, args: [...args] });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** What the options that every command shares may say. */
export interface TargetOptions {
  api?: string | undefined;
  url?: string | undefined;
  key?: string | undefined;
  'data-dir': string;
}

/** The API to talk to, and the key to do it with. */
export interface Target {
  /** without a slash at the end */
  api: string;
  key: string;
}

/**
 * What the options name, else the environment (`ZHIQUN_API`, `ZHIQUN_KEY`), else the local stack of a data directory.
 * @throws UsageError when something is missing
 */
export function findTarget(options: TargetOptions, env: NodeJS.ProcessEnv): Target {
  const api = options.api ?? options.url ?? (env['ZHIQUN_API'] || undefined);
  const key = options.key ?? (env['ZHIQUN_KEY'] || undefined);
  if (api !== undefined) {
    if (!/^https?:\/\//.test(api) || !URL.canParse(api))
      throw new UsageError(`--api ${api}: expected an address like https://….amazonaws.com`);
    if (key === undefined)
      throw new UsageError(
        `--api ${api} needs a secret key as well: --key sk_…, or ZHIQUN_KEY in the environment`,
      );
    return { api: api.replace(/\/+$/, ''), key };
  }
  const file = join(options['data-dir'], 'stack.json');
  const stack = readJson<StackInfo>(file);
  if (stack === undefined) {
    throw new UsageError(
      `There is no ${file}: no zhiqun was started on this machine with this data directory.\n` +
        '  Start one with npm start, name its --data-dir, or name a deployed one with --api URL --key sk_…',
    );
  }
  return { api: stack.api, key: key ?? stack.secretKey };
}

/** The command cannot be done as it was given; nothing was sent yet. */
export class UsageError extends Error {}
