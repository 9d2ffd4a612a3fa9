import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

type BundleStub = { importedAs: RegExp; importedBy?: RegExp; replacement?: string };

/** Modules of libraries that a Lambda function never needs, and what replaces each in a bundle. */
const stubs: BundleStub[] = [
  // Profiles, SSO, web identities, instance metadata: four more API clients, a third of the start-up.
  // Lambda hands over its role's credentials in environment variables, always.
  {
    importedAs: /^@aws-sdk\/credential-provider-node$/,
    replacement: '#lib/platform/sdk/lambda-credentials.ts',
  },
  // Every option that is not in the environment would be looked up in ~/.aws, which Lambda does not have.
  {
    importedAs: /\/fromSharedConfigFiles$/,
    importedBy: /@smithy.core/,
    replacement: '#lib/platform/sdk/no-profile-files.ts',
  },
  // The DynamoDB client sets it up, with a cache, but DynamoDB never needed it and it is off by default.
  {
    importedAs: /^@aws-sdk\/middleware-endpoint-discovery$/,
    replacement: '#lib/platform/sdk/no-endpoint-discovery.ts',
  },
  // For results that come as events, such as S3 Select's.
  { importedAs: /^@smithy\/core\/event-streams$/, replacement: '#lib/platform/sdk/no-event-streams.ts' },
  // For engines without hashes of their own.
  { importedAs: /\/Sha(1|256)Js$/, replacement: '#lib/platform/sdk/no-js-hashes.ts' },
  // zod's messages in fifty languages; it imports English, its default, by itself.
  { importedAs: /\/locales\/index\.js$/, importedBy: /node_modules.zod/ },
];

/** Replaces in a bundle what a Lambda function never reaches. */
export const bundleStubs: Plugin = {
  name: 'bundle-stubs',
  setup(build) {
    for (const { importedAs, importedBy = /./, replacement } of stubs)
      build.onResolve({ filter: importedAs }, ({ path, importer }) => {
        if (!importedBy.test(importer)) return undefined;
        return replacement === undefined
          ? { path, namespace: 'bundle-stub' }
          : { path: fileURLToPath(import.meta.resolve(replacement)) };
      });
    build.onLoad({ filter: /./, namespace: 'bundle-stub' }, () => ({ contents: 'export {}' }));
    // Each API client brings the whole of its package.json, for its version.
    build.onLoad({ filter: /@aws-sdk[\\/][^\\/]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
    build.onLoad({ filter: /@aws-sdk[\\/].*[\\/]schemas_0\.js$/ }, async ({ path }) => ({
      contents: withLiteralKeys(await readFile(path, 'utf8')),
    }));
  },
};

/**
 * An API client's schemas with `"http":` for `[_h]:`, where it says `const _h = "http"`. Whoever bundles cannot know that a key
 * to be computed has no side effects, and so keeps the schemas of every operation: S3's 66 KB, of which we call eight.
 */
function withLiteralKeys(schemas: string): string {
  const names = new Map(
    [...schemas.matchAll(/^const (\w+) = ("[^"\\]*");$/gm)].map(([, name, text]) => [name, text]),
  );
  return schemas.replace(/\[(\w+)\]:/g, (key, name: string) =>
    names.has(name) ? `${names.get(name)}:` : key,
  );
}

const namespace = 'builtin-module';

/**
 * Makes a bundle fetch Node's own modules by a call instead of an `import` statement. An import builds a namespace
 * of every export, lazy ones included: `node:http` alone then loads undici, which is most of the SDK's start-up.
 */
export const builtinModulesByCall: Plugin = {
  name: 'builtin-modules-by-call',
  setup(build) {
    build.onResolve({ filter: /^[a-z0-9_:/]+$/ }, ({ path }) =>
      isBuiltin(path) ? { path: path.replace(/^(node:)?/, 'node:'), namespace } : undefined,
    );
    build.onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
    }));
  },
};
