import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { indexStreamRecords } from './engine-database.ts';
import { type EngineOptions, engineBinary } from './engine-package.ts';

/** A running DynamoDB engine. `exited` resolves with a description once the process is gone, wanted or not. */
export type Dynoxide = {
  endpoint: string;
  pid: number;
  exited: Promise<string>;
  stop(): Promise<void>;
};

// Starts the engine and ends it when our end of stdin closes, so that even a kill -9 of us leaves no orphan.
const watchdogScript =
  'exec 3<&0; "$@" 3<&- & engine=$!; echo "pid $engine"; (read -r _ <&3; kill "$engine") & watch=$!; ' +
  'exec 3<&-; wait "$engine"; code=$?; kill "$watch" 2>/dev/null; exit "$code"';

function launch(binary: string, args: string[]): ChildProcess {
  if (process.platform === 'win32') return spawn(binary, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  // Its own process group: Ctrl-C reaches only us, and we stop the engine after everything that uses it.
  return spawn('/bin/sh', ['-c', watchdogScript, 'dynoxide', binary, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
}

/**
 * Starts dynoxide on a free loopback port.
 * @param dbPath SQLite file to keep the data in; in memory without it
 * @throws Error with the engine's own message if it does not come up; of one sentence if there is none to start
 */
export async function startDynoxide(dbPath?: string, options?: EngineOptions): Promise<Dynoxide> {
  const binary = await engineBinary(options);
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort();
    try {
      return await startOn(binary, port, dbPath);
    } catch (error) {
      if (attempt === 5 || !String(error).includes('already in use')) throw error;
    }
  }
}

async function startOn(binary: string, port: number, dbPath?: string): Promise<Dynoxide> {
  const args = ['serve', '--host', '127.0.0.1', '--port', String(port)];
  const child = launch(binary, dbPath ? [...args, '--db-path', dbPath] : args);
  let stderr = '';
  child.stdin?.on('error', () => {}); // a dead engine shows as its exit, not as EPIPE
  child.stderr?.on('data', (chunk) => {
    stderr = (stderr + chunk).slice(-2_000);
  });
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      const reason = stderr.replace(/Dynoxide listening on.*|Shutting down\.\.\./g, '').trim();
      resolve(`exit ${signal ?? code}${reason ? `: ${reason}` : ''}`);
    });
  });
  const pid = await waitUntilListening(child, exited);
  if (dbPath) indexStreamRecords(dbPath);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    pid,
    exited,
    stop: async () => {
      if (process.platform === 'win32') child.kill();
      child.stdin?.destroy();
      const force = setTimeout(() => killIfRunning(pid), 1_500);
      await exited;
      clearTimeout(force);
    },
  };
}

/** Waits for the line that dynoxide prints once its socket is open; returns the engine's own pid, which the shell printed. */
function waitUntilListening(child: ChildProcess, exited: Promise<string>): Promise<number> {
  return new Promise((resolve, reject) => {
    let out = '';
    const read = (chunk: Buffer) => {
      out = (out + chunk).slice(-2_000);
      const pid = /^pid (\d+)$/m.exec(out)?.[1];
      if (!out.includes('listening on')) return;
      if (process.platform === 'win32') resolve(child.pid!);
      else if (pid) resolve(Number(pid));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    exited.then((how) => reject(new Error(`The DynamoDB engine (dynoxide) did not start: ${how}`)));
  });
}

function killIfRunning(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone already
  }
}

/** A TCP port of this machine that nobody listens on right now. Somebody else may still take it: retry on failure. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
