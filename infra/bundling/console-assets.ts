import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const consoleProjectDir = fileURLToPath(new URL('../..', import.meta.url));

/** Builds what the console's pages load: one style sheet and one script, for browsers of the last few years. */
export async function buildConsoleAssets(): Promise<{ 'style.css': string; 'script.js': string }> {
  const { outputFiles } = await build({
    absWorkingDir: consoleProjectDir,
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
