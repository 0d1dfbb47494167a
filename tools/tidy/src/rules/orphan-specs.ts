import type { Rule } from '../finding.js';

/** Anything whose name says that it is a test. */
const LOOKS_LIKE_TEST = /(^|\/|[ ._-])(spec|test|tests|e2e)\.(ts|tsx|js|mjs|cjs|jsx)$/i;
/** What the test runs collect: see vitest.config.ts, apps/server-e2e/vitest.config.ts, apps/studio-e2e/playwright.config.ts. */
const COLLECTED = [
  /^(apps|libs|tools)\/(?!.*-e2e\/)[^ ]*\/src\/[^ ]*\.spec\.tsx?$/,
  /^apps\/server-e2e\/src\/[^ ]*\.e2e\.ts$/,
  /^apps\/studio-e2e\/src\/[^ ]*\.(spec|e2e)\.ts$/,
];
/** The command that runs them all. */
const NOT_A_TEST = /^tools\/dev\/(parts\/)?test\.mjs$/;

/** A test that no run collects never fails. */
export const orphanSpecs: Rule = {
  name: 'orphan-specs',
  check: (repository) =>
    repository.files
      .filter((path) => LOOKS_LIKE_TEST.test(path) && !NOT_A_TEST.test(path))
      .filter((path) => !COLLECTED.some((pattern) => pattern.test(path)))
      .map((path) => ({
        path,
        message:
          'looks like a test, but no test run collects it: name it *.spec.ts below a src folder.',
      })),
};
