import { defineConfig } from 'vitest/config';

/** End to end on the real networks of ../shared: minutes, not seconds. */
export default defineConfig({
  test: {
    include: ['test/networks/**/*.test.ts'],
    testTimeout: 2_400_000,
    hookTimeout: 2_400_000,
    fileParallelism: false,
    globalSetup: ['test/global-setup.ts'],
  },
});
