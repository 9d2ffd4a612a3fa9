import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

type LeftOut = { importedAs: RegExp; by?: RegExp; instead?: string };

/** What libraries bring along for other surroundings than Lambda, and what stands in for it. */
const leftOut: LeftOut[] = [
  // Profiles, SSO, web identities, instance metadata: four more API clients, a third of the start-up.
  // Lambda hands over its role's credentials in environment variables, always.
  {
    importedAs: /^@aws-sdk\/credential-provider-node$/,
    instead: '#lib/platform/sdk/lambda-credentials.ts',
  },
  // Every option that is not in the environment would be looked up in ~/.aws, which Lambda does not have.
  {
    importedAs: /\/fromSharedConfigFiles$/,
    by: /@smithy.core/,
    instead: '#lib/platform/sdk/no-profile-files.ts',
  },
  // The DynamoDB client sets it up, with a cache, but DynamoDB never needed it and it is off by default.
  {
    importedAs: /^@aws-sdk\/middleware-endpoint-discovery$/,
    instead: '#lib/platform/sdk/no-endpoint-discovery.ts',
  },
  // zod's messages in fifty languages; it imports English, its default, by itself.
  { importedAs: /\/locales\/index\.js$/, by: /node_modules.zod/ },
];

/** Leaves out of a bundle what a Lambda function never reaches. */
export const withoutLeftOut: Plugin = {
  name: 'left-out',
  setup(build) {
    for (const { importedAs, by = /./, instead } of leftOut)
      build.onResolve({ filter: importedAs }, ({ path, importer }) => {
        if (!by.test(importer)) return undefined;
        return instead === undefined
          ? { path, namespace: 'left-out' }
          : { path: fileURLToPath(import.meta.resolve(instead)) };
      });
    build.onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'export {}' }));
  },
};
