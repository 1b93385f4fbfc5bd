import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Sources of the workspace instead of their built files, so that no test needs a build. */
const conditions = ['@1688/source', 'node', 'development|production'];
const full = process.env['TEST_FULL'] === '1';

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // Where the global set-up runs; it does not inherit the two above.
  environments: { __vitest__: { resolve: { conditions } } },
  test: {
    include: ['{packages,apps,tooling}/*/{src,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', ...(full ? [] : ['**/*.full.test.ts'])],
    globalSetup: ['tooling/vitest/src/global-setup.ts'],
    pool: 'forks',
    // Left alone, two cores run one file at a time, though most tests wait for a database, a disk or another process.
    maxWorkers: full ? availableParallelism() : availableParallelism() + 1,
    testTimeout: 90_000,
    hookTimeout: 180_000,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
    },
  },
});
