import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bundleFunctions, type FunctionName } from '#infra/bundling/bundling.ts';

/** Bytes of `index.mjs`. What needs more is raised in the change that needs it. */
const budgets: Record<FunctionName, number> = {
  track: 235_000,
  aggregate: 250_000,
  recover: 270_000,
  import: 580_000,
  api: 785_000,
  console: 1_400_000,
  plan: 400_000,
  snapshot: 465_000,
  audit: 460_000,
  fit: 610_000,
  score: 510_000,
  publish: 445_000,
  'fail-run': 200_000,
  recount: 260_000,
  rules: 260_000,
};

const dirs = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'zhiqun-bundle-test-')));
const [{ bundles, metafile }, again] = [await bundleFunctions(dirs[0]!), await bundleFunctions(dirs[1]!)];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true });
});

const names = Object.keys(budgets) as FunctionName[];
const bytes = (dir: string, file = 'index.mjs') => readFileSync(join(dir, file));
const output = (name: FunctionName) => metafile.outputs[`bundles/${name}/index.mjs`]!;
/** Source files of which something is in the bundle. */
const contents = (name: FunctionName) =>
  Object.entries(output(name).inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path);

describe.each(names)('%s', (name) => {
  test(`is at most ${budgets[name]} bytes`, () => {
    expect(bytes(bundles[name]).length).toBeLessThanOrEqual(budgets[name]);
  });

  test('needs nothing that is not in the bundle', () => {
    expect(output(name).imports).toEqual([]);
    expect(output(name).exports).toEqual(['handler']);
  });

  test('is the same to the byte wherever it is bundled, so that only changes are deployed', () => {
    for (const file of ['index.mjs', 'index.mjs.map'])
      expect(bytes(bundles[name], file).equals(bytes(again.bundles[name], file))).toBe(true);
  });

  test('brings its source map, without the sources', () => {
    const map = JSON.parse(bytes(bundles[name], 'index.mjs.map').toString());
    expect(map.sources).toContain(`../../functions/${name}.ts`);
    expect(map.sourcesContent).toBeUndefined();
  });

  test('has nothing of the infrastructure, and no way to credentials that Lambda does not use', () => {
    const foreign =
      /aws-cdk|constructs\/|^infra|^test|nested-clients|credential-provider|token-providers|endpoint-(cache|discovery)\/|mnemonist|shared-ini-file-loader\/loadShared|zod\/v4\/locales\/(?!en\.)/;
    const wanted = /^lib\/|\/graphology-/; // graphology brings a mnemonist of its own
    expect(contents(name).filter((path) => foreign.test(path) && !wanted.test(path))).toEqual([]);
  });
});

test.each(['track', 'aggregate', 'recover', 'fail-run', 'recount'] as const)(
  '%s has no zod and no S3',
  (name) => {
    expect(contents(name).filter((path) => /zod|client-s3/.test(path))).toEqual([]);
  },
);

test('console finds its style and its script beside its bundle', () => {
  for (const file of ['style.css', 'script.js'])
    expect(bytes(bundles.console, join('assets', file)).length).toBeGreaterThan(1_000);
});

test('api finds the documentation page beside its bundle', () => {
  for (const file of ['swagger-ui-bundle.js', 'swagger-ui.css'])
    expect(existsSync(join(bundles.api, 'swagger-ui', file))).toBe(true);
});
