import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A Python that has what a peer needs. */
export interface Python {
  command: string;
  /** by module name, e.g. `sklearn` */
  versions: Record<string, string>;
}

/**
 * The Python that `ZHIQUN_PYTHON` names, else `python3`, if it can import the modules. Says on standard error which
 * one it is, or why the peer is skipped.
 */
export async function pythonWith(...modules: string[]): Promise<Python | undefined> {
  const command = process.env['ZHIQUN_PYTHON'] ?? 'python3';
  const lines = modules.map((name) => `import ${name}; print("${name}", ${name}.__version__)`);
  try {
    const { stdout } = await execute(command, ['-c', lines.join('\n')]);
    const versions = Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ')),
    ) as Record<string, string>;
    process.stderr.write(`  ${command}: ${stdout.trim().replaceAll('\n', ', ')}\n`);
    return { command, versions };
  } catch {
    process.stderr.write(
      `  skipped: ${command} cannot import ${modules.join(', ')}; set ZHIQUN_PYTHON to one that can\n`,
    );
    return undefined;
  }
}

/**
 * Runs a script to its end.
 * @param script path of a Python file
 * @returns what it printed on standard output, read as JSON
 * @throws Error with what it wrote on standard error, when it fails
 */
export async function runPython<T>(python: Python, script: string, args: readonly string[]): Promise<T> {
  return JSON.parse((await execute(python.command, [script, ...args])).stdout) as T;
}

/** The same for one of our own: a script in a process of its own, so that its peak memory can be measured. */
export async function runNode<T>(script: string, args: readonly string[]): Promise<T> {
  return JSON.parse((await execute(process.execPath, [script, ...args])).stdout) as T;
}
