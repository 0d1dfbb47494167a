import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Rule } from './finding.js';
import { Repository } from './repository.js';
import { budgets } from './rules/budgets.js';
import { docstrings } from './rules/docstrings.js';
import { orphanSpecs } from './rules/orphan-specs.js';
import { readmes } from './rules/readmes.js';
import { references } from './rules/references.js';
import { remarks } from './rules/remarks.js';
import { versions } from './rules/versions.js';
import { words } from './rules/words.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'heddle-tidy-'));
  write('package.json', { name: 'root' });
  write('tsconfig.json', { references: [{ path: 'libs/a' }, { path: 'libs/b' }] });
  write('libs/a/package.json', { name: '@heddle/a' });
  write('libs/a/tsconfig.json', { references: [] });
  write('libs/b/package.json', { name: '@heddle/b', dependencies: { '@heddle/a': '0.1.0' } });
  write('libs/b/tsconfig.json', { references: [{ path: '../a' }] });
  write('schema.graphql', '');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}

/** What a rule says of the tree, as `path:line message`. */
function findings(rule: Rule): string[] {
  return rule
    .check(new Repository(root))
    .map(({ path, line, message }) => `${path}${line ? `:${line}` : ''} ${message}`);
}

describe('references', () => {
  it('say what package.json says', () => {
    expect(findings(references)).toEqual([]);
    write('libs/a/package.json', { name: '@heddle/a', dependencies: { '@heddle/b': '0.1.0' } });
    write('libs/b/package.json', { name: '@heddle/b' });
    expect(findings(references)).toEqual([
      expect.stringContaining('libs/a/tsconfig.json references must name ../b'),
      expect.stringContaining('libs/b/tsconfig.json references must not name ../a'),
    ]);
  });

  it('can be mended', () => {
    write('tsconfig.json', { references: [] });
    references.fix?.(new Repository(root));
    expect(findings(references)).toEqual([]);
  });
});

it('versions are exact, and the same everywhere', () => {
  write('libs/a/package.json', {
    name: '@heddle/a',
    dependencies: { pg: '8.0.0', yaml: '^2.0.0' },
  });
  write('libs/b/package.json', { name: '@heddle/b', devDependencies: { pg: '8.0.1' } });
  expect(findings(versions)).toEqual([
    'libs/a/package.json yaml is "^2.0.0"; pin an exact version.',
    'libs/b/package.json pg is 8.0.1 here and 8.0.0 in libs/a/package.json; use one version.',
  ]);
});

it('every library has a short README', () => {
  write('libs/a/README.md', 'line\n'.repeat(31));
  expect(findings(readmes)).toEqual([
    'libs/a/README.md has 31 lines; at most 30.',
    expect.stringContaining('libs/b/README.md is missing'),
  ]);
});

it('files stay below their budget, generated ones excepted', () => {
  write('libs/a/src/long.ts', 'x\n'.repeat(501));
  write('libs/a/src/generated/long.ts', 'x\n'.repeat(501));
  expect(findings(budgets)).toEqual(['libs/a/src/long.ts has 501 lines; at most 500. Split it.']);
});

it('names use our words, except where the other side is spoken to', () => {
  write(
    'libs/a/src/x.ts',
    'const workflow = 1;\nfunction startExecution() {}\ninterface DagNode {}\n',
  );
  write('libs/server/gateways/other/src/x.ts', 'const jobInstance = 1;\n');
  write('schema.graphql', 'type JobInstance {\n  id: ID!\n}\n');
  expect(findings(words)).toEqual([
    'libs/a/src/x.ts:2 "startExecution" says "execution"; the word here is run.',
    'libs/a/src/x.ts:3 "DagNode" says "dag"; the word here is graph.',
    'schema.graphql:1 "JobInstance" says "instance"; the word here is run or worker.',
  ]);
});

it('every test is collected by a run', () => {
  for (const name of [
    'a.spec.ts',
    'b.db.spec.ts',
    'c.test.ts',
    'd spec.ts',
    'e.spec.js',
    'inspect.ts',
  ])
    write(`libs/a/src/${name}`, '');
  write('libs/a/outside.spec.ts', '');
  expect(findings(orphanSpecs).map((finding) => finding.split(' looks')[0])).toEqual([
    'libs/a/outside.spec.ts',
    'libs/a/src/c.test.ts',
    'libs/a/src/d spec.ts',
    'libs/a/src/e.spec.js',
  ]);
});

it('remarks name their issue', () => {
  const later = ['TO', 'DO'].join('');
  write('libs/a/src/x.ts', `// ${later}(#12): fine\n// ${later}: not fine\n// ${'FIX'}${'ME'}\n`);
  expect(findings(remarks)).toEqual([
    'libs/a/src/x.ts:2 names no issue: write it as TODO(#123).',
    expect.stringContaining('libs/a/src/x.ts:3'),
  ]);
});

it('everything that an index offers has a docstring, decorators or not', () => {
  const decorated = '/** Fine. */\n@Injectable({\n  x: 1,\n})\nexport class C {}\n';
  write('libs/a/src/index.ts', "export * from './x.js';\nexport { d, type E } from './y.js';\n");
  write(
    'libs/a/src/x.ts',
    `/** Fine. */\nexport const a = 1;\n\nexport const b = 2;\n\n${decorated}`,
  );
  write(
    'libs/a/src/y.ts',
    'export const d = 1;\nexport const inner = 2;\n/** Fine. */\nexport interface E {}\n',
  );
  expect(findings(docstrings)).toEqual([
    'libs/a/src/x.ts:4 b has no docstring.',
    'libs/a/src/y.ts:1 d has no docstring.',
  ]);
});
