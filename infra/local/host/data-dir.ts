import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readJson, writeJson } from './json-file.ts';

/** The directory that holds everything one local stack keeps, locked by one process at a time. */
export type DataDir = {
  path: string;
  /** Path of a file or directory in it. */
  at(name: string): string;
  /** Remembers a child process, so that a later start can end it should we be killed. */
  remember(child: number | undefined): void;
  /** Deletes what it holds. */
  clear(): void;
  release(): void;
};

const marker = 'zhiqun-local.json';
const lock = 'running.json';
const engine = 'engine.json';

/**
 * Makes the directory if it is missing, takes its lock, and ends what a killed run left behind.
 * @param fresh whether it is opened in order to be emptied, which only matters for the error's text
 * @throws Error if the directory holds something else than local data of zhiqun, or another process holds it
 */
export async function openDataDir(path: string, { fresh = false } = {}): Promise<DataDir> {
  const dir = resolve(path);
  const at = (name: string) => join(dir, name);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const found = readdirSync(dir);
  if (found.length > 0 && !found.includes(marker)) {
    const what = fresh ? 'deleted' : 'used as data directory';
    throw new Error(
      `${dir} will not be ${what}: it is not empty and was not made by this program (no ${marker}).\n` +
        '  Name another directory with --data-dir, or empty this one yourself.',
    );
  }
  if (!existsSync(at(marker))) writeJson(at(marker), { what: 'local data of zhiqun', layout: 1 });
  acquireLock(at(lock), dir);
  await terminateOrphan(at(engine));
  return {
    path: dir,
    at,
    remember: (child) => {
      const identity = child === undefined ? undefined : identify(child);
      if (identity) writeJson(at(engine), identity);
      else rmSync(at(engine), { force: true });
    },
    clear: () => {
      for (const name of readdirSync(dir))
        if (name !== marker && name !== lock) rmSync(at(name), { recursive: true, force: true });
    },
    release: () => rmSync(at(lock), { force: true }),
  };
}

function acquireLock(path: string, dir: string): void {
  const mine = `${path}.${process.pid}`;
  writeJson(mine, identify(process.pid) ?? { pid: process.pid, startedAt: '' });
  try {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        linkSync(mine, path); // unlike a plain write, fails if somebody else was first
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = readJson<ProcessIdentity>(path);
      if (holder && isRunning(holder)) {
        throw new Error(
          `${dir} is in use by another local stack (pid ${holder.pid}).\n` +
            `  Stop that one (kill ${holder.pid}), or start this one with another --data-dir.`,
        );
      }
      removeStaleLock(path, holder);
    }
    throw new Error(`Could not lock ${path}: other starts keep taking it`);
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Removes the lock of a dead process; puts it back if, meanwhile, somebody else replaced it by their own. */
function removeStaleLock(path: string, stale: ProcessIdentity | undefined): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const taken = readJson<ProcessIdentity>(aside);
  if (taken && taken.pid !== stale?.pid) linkSync(aside, path);
  rmSync(aside, { force: true });
}

async function terminateOrphan(path: string): Promise<void> {
  const orphan = readJson<ProcessIdentity>(path);
  if (orphan) await terminate(orphan);
  rmSync(path, { force: true });
}

/** A process, as distinct from a later one that got the same pid. */
type ProcessIdentity = { pid: number; startedAt: string };

/** The identity of a running process; undefined if there is none with this pid. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = readStartTime(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

function isRunning({ pid, startedAt }: ProcessIdentity): boolean {
  return readStartTime(pid) === startedAt;
}

/** Ends a process that an earlier run left behind: politely, then after two seconds by force. */
async function terminate(process_: ProcessIdentity): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (isRunning(process_)) process.kill(process_.pid, signal);
    for (let waited = 0; waited < 2_000 && isRunning(process_); waited += 20) await delay(20);
  }
}

function readStartTime(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return state === 'Z' ? undefined : fields[18]; // field 22 of proc(5): start time in ticks since boot
    } catch {
      return undefined;
    }
  }
  if (process.platform === 'win32') {
    try {
      return process.kill(pid, 0) ? 'running' : undefined;
    } catch {
      return undefined;
    }
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
