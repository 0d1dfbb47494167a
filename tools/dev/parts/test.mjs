import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBrowser, playwright } from './browser.mjs';
import { ensureBuilt } from './build.mjs';
import { CHECKS, TEST_RUNS } from './checks.mjs';
import { ensureInstalled } from './install.mjs';
import { DATA_DIR, ROOT, shortPath } from './places.mjs';
import { Counted, runShown } from './run-shown.mjs';

/** Reports of the test runners. */
const REPORT_DIR = join(DATA_DIR, 'test-reports');

/** Runs every check, in order, and ends with one line. A check that fails does not keep the others from running. */
export async function test() {
  const total = new Counted();
  await ensureInstalled();
  await ensureBrowser();
  await ensureBuilt();
  mkdirSync(REPORT_DIR, { recursive: true });
  for (const check of CHECKS) total.add(await runCheck(check));
  for (const run of TEST_RUNS) total.add(await runTests(run));
  for (const { heading, log } of total.failures)
    console.log(`failed: ${heading}${log ? `, see ${shortPath(log)}` : ''}`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exit(total.failed > 0 ? 1 : 0);
}

/** A check that is right or wrong as a whole counts as one. */
async function runCheck({ heading, args, env }) {
  const { code, log } = await runShown(heading, args, env);
  return { heading, log, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
}

/** A test run counts its tests; one that ends without a report, or with an error outside a test, counts as one failure more. */
async function runTests({ heading, runner, args, needs, env }) {
  if (!existsSync(join(ROOT, needs)))
    return { heading: `${heading} (${needs} is missing)`, passed: 0, failed: 1 };
  const report = join(REPORT_DIR, `${runner}-${heading.replaceAll(/\W+/g, '-')}.json`);
  rmSync(report, { force: true });
  const { code, log } = await runShown(heading, RUNNERS[runner].args(args, report), {
    ...env,
    ...RUNNERS[runner].env(report),
  });
  const counts = existsSync(report)
    ? RUNNERS[runner].count(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0 };
  const hasHiddenFailure = code !== 0 && counts.failed === 0;
  const failed = counts.failed + (hasHiddenFailure ? 1 : 0);
  console.log(`   ${counts.passed} passed, ${failed} failed`);
  return { heading, log, passed: counts.passed, failed };
}

const RUNNERS = {
  vitest: {
    args: (args, report) => [
      'node_modules/vitest/vitest.mjs',
      'run',
      ...args,
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    env: () => ({}),
    // A file that cannot be loaded has no tests to fail.
    count: (report) => ({
      passed: report.numPassedTests,
      failed:
        report.numFailedTests +
        report.testResults.filter(
          (file) => file.status === 'failed' && file.assertionResults.length === 0,
        ).length,
    }),
  },
  playwright: {
    args: (args) => [playwright(), 'test', ...args, '--reporter=line,json'],
    env: (report) => ({ PLAYWRIGHT_JSON_OUTPUT_NAME: report }),
    count: ({ stats }) => ({ passed: stats.expected + stats.flaky, failed: stats.unexpected }),
  },
};
