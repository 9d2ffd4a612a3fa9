import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { prepareModels } from '#lib/scoring/prepared-models.ts';
import { computeScore } from '#lib/scoring/score.ts';
import { exampleModels, exampleOwn } from './example-models.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Bundled for a browser: an import of Node's own or of AWS's would fail the build or show among the inputs. */
const { outputFiles, metafile } = await build({
  stdin: {
    contents: [
      ...readdirSync(`${root}lib/scoring`)
        .filter((file) => file.endsWith('.ts'))
        .map((file, i) => `export * as file${i} from './lib/scoring/${file}';`),
      "export { prepareModels } from './lib/scoring/prepared-models.ts';",
      "export { computeScore } from './lib/scoring/score.ts';",
      "export { ownFeatures } from './lib/features/features.ts';",
    ].join('\n'),
    resolveDir: root,
  },
  absWorkingDir: root,
  bundle: true,
  write: false,
  platform: 'browser',
  format: 'iife',
  globalName: 'scoring',
  metafile: true,
  logLevel: 'silent',
});

test('lib/scoring needs nothing but the definition of the features and how models are read', () => {
  const portable =
    /^(<stdin>|lib\/scoring\/.*|lib\/features\/(features|catalogue)\.ts|lib\/models\/(lifecycle\/predict|coordinates|model-files)\.ts|lib\/events\/(calendar|taxonomy)\.ts)$/;
  expect(Object.keys(metafile.inputs).filter((path) => !portable.test(path))).toEqual([]);
  expect(Object.keys(metafile.inputs)).toContain('lib/scoring/score.ts');
});

test('a bare JavaScript engine scores a member from the model files exactly as the API does', () => {
  const days = Array.from({ length: 30 }, (_, i) => ({
    date: new Date(Date.UTC(2026, 0, 1 + 2 * i)).toISOString().slice(0, 10),
    amounts: { reply: 3, post: i % 3, paidMinor: i % 10 === 0 ? 9_900 : 0, order: i % 10 === 0 ? 1 : 0 },
  }));
  const given = JSON.stringify({ models: exampleModels(), days, own: exampleOwn({ feedbackMean: 4 }) });
  const bare = createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } });
  runInContext(outputFiles[0]!.text, bare);
  const output = runInContext(
    `(given) => {
      const { models, days, own } = JSON.parse(given);
      const prepared = scoring.prepareModels(models);
      const score = (features) => scoring.computeScore(features, prepared, { userId: 'u_1', language: 'zh' });
      return JSON.stringify([score(own), score(scoring.ownFeatures(days, '2026-03-08', '2026-03-07'))]);
    }`,
    bare,
  )(given) as string;
  const [ofOwn, ofDays] = JSON.parse(output);
  expect(ofOwn).toEqual(
    computeScore(exampleOwn({ feedbackMean: 4 }), prepareModels(exampleModels()), { userId: 'u_1' }),
  );
  expect(ofDays).toMatchObject({ stage: 'active', profile: { id: 'p1' }, missing: {} });
});
