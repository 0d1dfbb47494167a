/** Checks that are right or wrong as a whole. The linter runs through nx: without its project graph the boundary rule is silent. */
export const CHECKS = [
  {
    heading: 'Lint and boundaries',
    args: ['node_modules/nx/dist/bin/nx.js', 'run', 'heddle:eslint', '--outputStyle=static'],
    env: { NX_DAEMON: 'false' },
  },
  {
    heading: 'Types of tests',
    args: ['node_modules/typescript-native/bin/tsc', '-p', 'tsconfig.specs.json'],
  },
  {
    heading: 'Format',
    args: ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  },
  { heading: 'Tidy', args: ['tools/tidy/dist/main.js'] },
];

/** Runs that count their tests. `needs` must exist: a run that is not there must not look like one that passed. */
export const TEST_RUNS = [
  {
    heading: 'Tests of pure code',
    runner: 'vitest',
    args: ['--project', 'pure'],
    needs: 'vitest.config.ts',
  },
  {
    heading: 'Tests with a database',
    runner: 'vitest',
    args: ['--project', 'database'],
    needs: 'vitest.config.ts',
  },
  {
    heading: 'End to end with real processes',
    runner: 'vitest',
    args: ['--config', 'apps/server-e2e/vitest.config.ts'],
    needs: 'apps/server-e2e/vitest.config.ts',
  },
  {
    heading: 'In the browser',
    runner: 'playwright',
    args: ['--config', 'apps/studio-e2e/playwright.config.ts'],
    needs: 'apps/studio-e2e/playwright.config.ts',
  },
];
