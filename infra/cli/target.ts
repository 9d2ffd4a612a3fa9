import { join } from 'node:path';
import { readJson } from '#infra/local/host/json-file.ts';
import type { StackInfo } from '#infra/local/stack-info.ts';
import { UsageError } from './usage-error.ts';

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
export function findTarget(
  options: { api?: string | undefined; key?: string | undefined; dataDir: string },
  env: NodeJS.ProcessEnv,
): Target {
  const api = options.api ?? (env['ZHIQUN_API'] || undefined);
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
  const file = join(options.dataDir, 'stack.json');
  const stack = readJson<StackInfo>(file);
  if (stack === undefined) {
    throw new UsageError(
      `There is no ${file}: no zhiqun was started on this machine with this data directory.\n` +
        '  Start one with npm start, name its --data-dir, or name a deployed one with --api URL --key sk_…',
    );
  }
  return { api: stack.api, key: key ?? stack.secretKey };
}
