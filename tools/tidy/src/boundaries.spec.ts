import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Reading the workspace and loading the linter takes seconds on a busy machine. */
const DEADLINE_MS = 120_000;

/** Rules that a text breaks when it is linted as a file of the workspace. */
async function brokenRules(path: string, text: string): Promise<(string | null)[]> {
  const eslint = new ESLint({ cwd: ROOT });
  const [result] = await eslint.lintText(text, { filePath: `${ROOT}/${path}` });
  return [...new Set(result?.messages.map((message) => message.ruleId))];
}

describe('the canary of the linter', { timeout: DEADLINE_MS }, () => {
  // Without a project graph the boundary rule is skipped, and everything looks well.
  beforeAll(() => {
    const env = { ...process.env, NX_DAEMON: 'false' };
    execFileSync(process.execPath, ['node_modules/nx/dist/bin/nx.js', 'show', 'projects'], {
      cwd: ROOT,
      env,
    });
  }, DEADLINE_MS);

  it.each([
    [
      'a pure library imports the store',
      'libs/engine/src/canary.ts',
      "import '@heddle/store';\n",
      '@nx/enforce-module-boundaries',
    ],
    [
      'a pure library imports a database driver',
      'libs/engine/src/canary.ts',
      "import 'pg';\n",
      'no-restricted-imports',
    ],
    [
      'a pure library imports Node',
      'libs/kernel/src/canary.ts',
      "import 'node:fs';\n",
      'no-restricted-imports',
    ],
    [
      'a pure library asks for the time',
      'libs/engine/src/canary.ts',
      'export const x = Date.now();\n',
      'no-restricted-properties',
    ],
    [
      'a pure library makes a date of now',
      'libs/engine/src/canary.ts',
      'export const x = new Date();\n',
      'no-restricted-syntax',
    ],
    [
      'a pure library sets a timer',
      'libs/graph/src/canary.ts',
      'setTimeout(() => 1);\n',
      'no-restricted-globals',
    ],
    [
      'a feature imports the ORM',
      'libs/server/runs/src/canary.ts',
      "import 'typeorm';\n",
      '@nx/enforce-module-boundaries',
    ],
    [
      'the browser imports a server library',
      'libs/editor/src/canary.ts',
      "import '@heddle/server-runs';\n",
      '@nx/enforce-module-boundaries',
    ],
    [
      'the worker SDK imports the store',
      'libs/worker-sdk/src/canary.ts',
      "import '@heddle/store';\n",
      '@nx/enforce-module-boundaries',
    ],
    [
      'product code imports test support',
      'libs/server/runs/src/canary.ts',
      "import '@heddle/testing';\n",
      '@nx/enforce-module-boundaries',
    ],
  ])('sings when %s', async (_what, path, text, rule) => {
    expect(await brokenRules(path, text)).toContain(rule);
  });

  it('is silent when all is well', async () => {
    const text =
      "import { assert } from '@heddle/kernel';\n\n/** Fine. */\nexport const check = assert;\n";
    expect(await brokenRules('libs/engine/src/canary.ts', text)).toEqual([]);
  });
});
