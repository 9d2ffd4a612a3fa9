import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Writes a JSON file whole or not at all, even if the process is killed meanwhile. Only its owner may read it. */
export function writeJson(path: string, value: unknown): void {
  const unfinished = `${path}.${process.pid}.tmp`;
  writeFileSync(unfinished, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, path);
}

/** What `writeJson` wrote, or undefined if there is no such file. @throws Error naming a file that is not JSON */
export function readJson<T>(path: string): T | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new Error(`${path} is not JSON. Delete it, or start with --fresh to drop all local data`, {
      cause,
    });
  }
}
