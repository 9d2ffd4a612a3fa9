import { AsyncLocalStorage } from 'node:async_hooks';
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const runningFunction = new AsyncLocalStorage<string>();

/** Runs a function's code such that what it writes to the terminal can be recognised among other output. */
export function runAsFunction<T>(name: string, run: () => T): T {
  return runningFunction.run(name, run);
}

type Sink = (name: string, text: string) => void;

let sink: Sink | undefined;
let divert = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write;
    stream.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
      const name = runningFunction.getStore();
      if (name === undefined) return write.call(stream, chunk, ...rest);
      sink?.(name, chunk.toString());
      return true;
    }) as typeof stream.write;
  }
  divert = () => {};
};

/**
 * Sends what functions write to a file each, as Lambda sends it to a log group each. Errors also show in the
 * terminal, one line each.
 * @param dir where the files go; those of the last run are removed
 * @returns ends it: what a call that is still under way writes from then on goes nowhere
 */
export function collectFunctionOutput(dir: string, say: Say): () => void {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  divert();
  const own: Sink = (name, text) => {
    const file = join(dir, `${name}.log`);
    appendFileSync(file, text);
    runningFunction.exit(() => {
      for (const line of text.split('\n')) if (isError(line)) say(`! ${name}: ${shorten(line)}  (${file})`);
    });
  };
  sink = own;
  return () => {
    if (sink === own) sink = undefined;
  };
}

function isError(line: string): boolean {
  return line.includes('"level":"error"') || /^(Uncaught )?\w*Error\b/.test(line);
}

function shorten(line: string): string {
  try {
    type Line = { message?: string; reason?: string; error?: { reason?: string } };
    const { message, error, reason = error?.reason } = JSON.parse(line) as Line;
    return [message, reason].filter(Boolean).join(': ') || line.slice(0, 200);
  } catch {
    return line.slice(0, 200);
  }
}

/** Writes one line for people. */
export type Say = (line: string) => void;

/**
 * Says what takes longer than a second, and how long it took in the end. What is quick stays silent.
 * @returns what the work returns
 */
export async function reportProgress<T>(say: Say, what: string, work: Promise<T>): Promise<T> {
  const began = performance.now();
  let spoke = false;
  const timer = setTimeout(() => {
    spoke = true;
    say(`… ${what}`);
  }, 1_000);
  try {
    const result = await work;
    if (spoke) say(`  ${what}: done in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    return result;
  } finally {
    clearTimeout(timer);
  }
}
