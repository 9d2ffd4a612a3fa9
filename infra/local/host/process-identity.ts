import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A process, told apart from a later one that got the same pid. */
export type ProcessIdentity = { pid: number; startedAt: string };

/** The identity of a running process; undefined if there is none with this pid. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = readStartTime(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isRunning({ pid, startedAt }: ProcessIdentity): boolean {
  return readStartTime(pid) === startedAt;
}

/** Ends a process that an earlier run left behind: politely, then after two seconds by force. */
export async function terminate(process_: ProcessIdentity): Promise<void> {
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
