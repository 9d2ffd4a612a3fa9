import { defineConfig } from 'vitest/config';

const browser = ['test/**/*.browser.test.ts'];
const infra = ['test/infra/*.test.ts'];
const integration = ['test/**/*.int.test.ts', 'test/e2e/**/*.test.ts'];
// Function bundles load as Node loads them.
const server = { deps: { external: [/\/asset\.[0-9a-f]+\//] } };
// Engines are installed where npm ci has not brought them.
const globalSetup = ['test/engines/setup.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...browser, ...infra, ...integration],
          // What is slow here is slower on a busy machine: a limit finds what hangs, not what takes long.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: integration,
          exclude: [...browser, ...infra],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Two cores, several engines: what waits for a condition must not wait for the neighbour's load too.
          fileParallelism: false,
          server,
          globalSetup,
        },
      },
      {
        test: {
          name: 'infra',
          include: infra,
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          server,
        },
      },
      {
        test: {
          name: 'browser',
          include: browser,
          server,
          globalSetup,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
