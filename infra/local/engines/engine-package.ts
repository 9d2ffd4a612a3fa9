import {
  type ChildProcessByStdio,
  type SpawnOptionsWithStdioTuple,
  type StdioNull,
  type StdioPipe,
  spawn,
} from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire, findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Say } from '#infra/local/host/terminal-output.ts';
import { notInstalled, type PackageFailure, readFailure } from './engine-package-failure.ts';

/** The DynamoDB engine for one platform: an npm package that holds one executable. */
export type EnginePackage = { name: string; version: string; file: string };

export type EngineOptions = {
  /** As Node names them. Default: this computer's. */
  platform?: string;
  arch?: string;
  /** Where engines go that are not among the project's packages. Default: the project's `node_modules/.cache/zhiqun`. */
  dir?: string;
  /** The environment npm runs in. */
  env?: NodeJS.ProcessEnv;
  /** Takes what is reported while an engine is installed. Default: the error output. */
  say?: Say;
};

// What the makers of dynoxide publish, all under one version with each release.
const PLATFORMS = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-x64'];

// Nothing else than the package, what fails said soon and as JSON. Forced, since the Node that runs npm may be of another
// architecture than ours, for which the engine is.
const INSTALL_FLAGS = [
  ...['--force', '--json', '--loglevel=silent', '--fetch-retries=1', '--fetch-retry-mintimeout=500'],
  ...['--ignore-scripts', '--no-save', '--no-package-lock'],
  ...['--no-audit', '--no-fund', '--no-update-notifier'],
];

const manifest = findPackageJSON(import.meta.url)!;

/** The package that holds the engine for a platform, in the version that package.json names; undefined if there is none. */
export function enginePackage(platform: string, arch: string): EnginePackage | undefined {
  if (!PLATFORMS.includes(`${platform}-${arch}`)) return undefined;
  const { optionalDependencies } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  const version = optionalDependencies['@dynoxide/linux-x64']!;
  const file = platform === 'win32' ? 'dynoxide.exe' : 'dynoxide';
  return { name: `@dynoxide/${platform}-${arch}`, version, file };
}

/**
 * Path of the engine's executable. `npm ci` brings the one that the lock file has; another platform's is installed by npm
 * when it is asked for first, in the same version, and neither package.json nor the lock file changes.
 * @throws Error of one sentence that says what is wrong and what to do
 */
export async function engineBinary(options: EngineOptions = {}): Promise<string> {
  const { platform = process.platform, arch = process.arch, env = process.env } = options;
  const { dir = join(dirname(manifest), 'node_modules', '.cache', 'zhiqun'), say = console.error } = options;
  const wanted = enginePackage(platform, arch);
  if (!wanted) throw notInstalled({ code: 'no package' }, { platform, arch });
  const spec = `${wanted.name}@${wanted.version}`;
  const failed = (failure: PackageFailure) => notInstalled(failure, { platform, arch, spec, dir });
  const inModules = (modules: string) => join(modules, wanted.name, wanted.file);
  const modules = createRequire(manifest).resolve.paths(wanted.name) ?? [];
  const home = join(dir, `dynoxide-${platform}-${arch}-${wanted.version}`);
  const binary = inModules(join(home, 'node_modules'));
  const present = [...modules.map(inModules), binary].find((file) => existsSync(file));
  if (present) return present;

  const what = `installing the DynamoDB engine (${wanted.name} ${wanted.version})`;
  say(`… ${what}, this once`);
  const began = performance.now();
  const staging = await stage(dir).catch((error) => {
    throw failed({ code: 'not writable', words: error.code });
  });
  try {
    const failure = await npmInstall(spec, staging, env);
    if (failure) throw failed(failure);
    if (!existsSync(inModules(join(staging, 'node_modules')))) throw failed({ code: 'no file' });
    // In one step: others may install it at the same time, and nobody shall find half of it.
    await rename(staging, home).catch((error) => {
      if (!existsSync(binary)) throw failed({ code: 'not writable', words: error.code });
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  say(`  ${what}: done in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  return binary;
}

/** A new folder that npm takes for a project of its own. */
async function stage(dir: string): Promise<string> {
  await mkdir(dir, { recursive: true });
  const folder = await mkdtemp(join(dir, 'installing-'));
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  return folder;
}

/** @returns what went wrong; undefined if the package is there, checked as npm checks it */
function npmInstall(spec: string, cwd: string, env: NodeJS.ProcessEnv): Promise<PackageFailure | undefined> {
  const running = npm(['install', spec, ...INSTALL_FLAGS], cwd, env);
  let out = '';
  let said = '';
  running.stdout.on('data', (chunk) => (out += chunk));
  running.stderr.on('data', (chunk) => (said += chunk));
  return new Promise((resolve) => {
    running.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ code: error.code === 'ENOENT' ? 'no npm' : '', words: error.message }),
    );
    running.once('close', (code) => resolve(code === 0 ? undefined : readFailure(out, said)));
  });
}

/** Runs the npm that runs us, if one does, else the one on the search path. */
function npm(
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): ChildProcessByStdio<null, Readable, Readable> {
  const options: SpawnOptionsWithStdioTuple<StdioNull, StdioPipe, StdioPipe> = {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  };
  const script = env['npm_execpath'] ?? '';
  if (/npm-cli\.c?js$/.test(script))
    return spawn(env['npm_node_execpath'] ?? process.execPath, [script, ...args], options);
  // On Windows npm is a batch file, which only a shell can start.
  if (process.platform === 'win32') return spawn(`npm ${args.join(' ')}`, [], { ...options, shell: true });
  return spawn('npm', args, options);
}
