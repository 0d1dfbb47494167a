import { defineConfig } from 'vitest/config';

/** Real processes, one suite at a time: they share two cores with what they start. */
export default defineConfig({
  test: {
    include: ['apps/server-e2e/src/**/*.e2e.ts'],
    root: new URL('../..', import.meta.url).pathname,
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
