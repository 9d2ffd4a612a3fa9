import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import type { Access } from './segment-client.ts';

const start = fileURLToPath(new URL('../../infra/local/start.ts', import.meta.url));

/** The whole local stack as a process group of its own. */
export interface StackProcess {
  access: Access;
  /** kill -9 of the process and everything it started, the engines too */
  killAll(): Promise<void>;
  /** kill -9 of the process alone; what it started is left to notice */
  killParent(): Promise<void>;
  /** SIGTERM, and how long it took to end, in milliseconds */
  stop(): Promise<number>;
}

/** Starts `infra/local/start.ts` on a free port and waits until it answers; without the demo unless asked for. */
export async function startStack(
  dataDir: string,
  { demo = false }: { demo?: boolean } = {},
): Promise<StackProcess> {
  const description = join(dataDir, 'stack.json');
  // One that a killed stack has left behind would name a port on which nobody listens any more.
  await rm(description, { force: true });
  const args = [start, '--port', '0', '--data-dir', dataDir, ...(demo ? [] : ['--empty'])];
  const child = spawn(process.execPath, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output = (output + chunk).slice(-4_000);
    });
  }
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const access = await vi.waitFor(
    async () => {
      if (child.exitCode !== null) throw new Error(`the stack ended with ${child.exitCode}: ${output}`);
      const stack = JSON.parse(await readFile(description, 'utf8')) as Access;
      await fetch(new URL('/v1/openapi.json', stack.api));
      return stack;
    },
    { timeout: demo ? 180_000 : 45_000, interval: 100 },
  );
  return {
    access,
    killAll: async () => {
      const family = findDescendants(child.pid!);
      kill(child);
      for (const pid of family) kill({ pid });
      await ended;
    },
    killParent: async () => {
      kill(child);
      await ended;
    },
    stop: async () => {
      const from = performance.now();
      child.kill('SIGTERM');
      await ended;
      return performance.now() - from;
    },
  };
}

function kill({ pid }: Pick<ChildProcess, 'pid'>): void {
  try {
    process.kill(pid!, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Children, their children, and so on, at this moment. */
function findDescendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const line of execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')) {
    const [own, parent] = line.trim().split(/\s+/).map(Number);
    children.set(parent!, [...(children.get(parent!) ?? []), own!]);
  }
  const found: number[] = [];
  for (let next = [pid]; next.length > 0; ) {
    next = next.flatMap((one) => children.get(one) ?? []);
    found.push(...next);
  }
  return found;
}
