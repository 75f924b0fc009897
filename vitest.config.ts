import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { inTests, isRedirected } from './test/direct/redirect.ts';
import { restlessSeed } from './test/direct/seed.ts';

/** Under this condition the package's own name leads to its TypeScript sources, not to `dist`. */
const conditions = ['handover-source', 'node', 'development|production'];

export default defineConfig({
  plugins: [
    {
      name: 'meetings as the mode of the run says',
      enforce: 'pre',
      resolveId: (source, importer) =>
        isRedirected(source, importer) ? fileURLToPath(inTests) : undefined,
    },
  ],
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/rust-folder.ts'],
    setupFiles: ['test/direct/setup.ts'],
    reporters: ['./test/reporter.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    /** The processes that tests start keep their compiled TypeScript: each starts in a quarter of the time. */
    env: {
      NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/stages', import.meta.url)),
      ...restlessSeed(),
    },
    pool: 'forks',
    maxWorkers: 2,
  },
});
