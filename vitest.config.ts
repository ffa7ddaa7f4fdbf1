import { defineConfig } from 'vitest/config';

// One process, no isolation: start-up of a test file costs next to nothing, and module-level mutable state is a bug
// that shows at once.
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    pool: 'threads',
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ['test/databases/global-setup.ts'],
  },
});
