import type { Output } from './progress-bar.ts';
import { UsageError } from './usage-error.ts';

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
      `${(error as Error).message}\n${isUsage ? `\nnpm run ${name} -- --help tells how it is called.\n` : ''}`,
    );
    if (env['DEBUG']) err.write(`${(error as Error).stack}\n`);
    return isUsage ? 2 : 1;
  }
}

/** Reads arguments. @throws UsageError in place of what `parse` throws */
export function parseOptions<T>(parse: () => { values: T }): T {
  try {
    return parse().values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
