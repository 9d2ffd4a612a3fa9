import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { builtinModulesByCall, bundleStubs } from './bundle-stubs.ts';
import { versionStamp } from './version-stamp.ts';

export const functionNames = [
  'track',
  'aggregate',
  'recover',
  'api',
  'console',
  'import',
  'plan',
  'snapshot',
  'audit',
  'fit',
  'score',
  'publish',
  'fail-run',
  'recount',
  'rules',
] as const;
export type FunctionName = (typeof functionNames)[number];

/** Directory of each function's bundle: `index.mjs`, its source map, and what it reads at run time. */
export type Bundles = Record<FunctionName, string>;

const projectDir = fileURLToPath(new URL('../..', import.meta.url));

/** How every function is bundled. The benchmark uses it too, so that what is measured is what is deployed. */
export const bundleOptions = {
  absWorkingDir: projectDir,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'], // an SDK of ES modules, so that what nobody calls falls away
  minify: true,
  define: { 'process.env.NODE_ENV': '"production"' }, // libraries then leave out their development checks
  charset: 'utf8',
  legalComments: 'none',
  sourcemap: 'linked',
  sourcesContent: false,
  outExtension: { '.js': '.mjs' },
  plugins: [builtinModulesByCall, bundleStubs, versionStamp],
  metafile: true,
  logLevel: 'warning',
} satisfies BuildOptions;

/**
 * Bundles every function in one run of esbuild.
 * @param dir where the bundles go, one directory each
 * @throws esbuild's BuildFailure, after printing which file does not compile
 */
export async function bundleFunctions(dir: string): Promise<{ bundles: Bundles; metafile: Metafile }> {
  const outdir = join(projectDir, 'bundles');
  const { outputFiles, metafile } = await build({
    ...bundleOptions,
    entryPoints: functionNames.map((name) => ({ in: `functions/${name}.ts`, out: `${name}/index` })),
    outdir,
    // Written by hand: source maps hold paths relative to `outdir`, and with a temporary one every synth
    // would give other bytes and so deploy every function again.
    write: false,
  });
  for (const { path, contents } of outputFiles) await writeAsset(join(dir, relative(outdir, path)), contents);
  await copySwaggerUi(join(dir, 'api', 'swagger-ui'));
  for (const [file, content] of Object.entries(await buildConsoleAssets()))
    await writeAsset(join(dir, 'console', 'assets', file), content);
  const bundles = Object.fromEntries(functionNames.map((name) => [name, join(dir, name)])) as Bundles;
  return { bundles, metafile };
}

async function writeAsset(file: string, contents: Uint8Array | string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, contents);
}

/** The page of the API's documentation, which `api` reads from beside its bundle. */
async function copySwaggerUi(to: string): Promise<void> {
  const from = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
  for (const file of ['swagger-ui-bundle.js', 'swagger-ui.css']) await cp(join(from, file), join(to, file));
}

/** Builds what the console's pages load: one style sheet and one script, for browsers of the last few years. */
export async function buildConsoleAssets(): Promise<{ 'style.css': string; 'script.js': string }> {
  const { outputFiles } = await build({
    absWorkingDir: projectDir,
    entryPoints: { style: 'lib/console/style/main.css', script: 'lib/console/script/main.ts' },
    outdir: 'assets',
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: ['chrome109', 'firefox115', 'safari16.4'],
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const text = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return { 'style.css': text('.css'), 'script.js': text('.js') };
}
