import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { exclusively } from './lock.mjs';
import { ROOT } from './places.mjs';
import { announced, quietly } from './quietly.mjs';

/** Stamps lie beside the packages: removing node_modules makes everything stale. */
const STAMP_DIR = join(ROOT, 'node_modules', '.cache', 'heddle');
const SKIPPED = new Set([
  'node_modules',
  'dist',
  '.types',
  '.git',
  '.heddle',
  'data',
  'test-results',
]);
const SETTINGS = ['tsconfig.json', 'tsconfig.base.json', 'package-lock.json'];

/** What is built, from what, by what, and what must be there afterwards. */
const PARTS = [
  {
    name: 'code',
    sources: ['apps', 'libs', 'tools'],
    product: 'apps/server/dist/main.js',
    args: compile,
    cwd: '.',
  },
  {
    name: 'studio',
    sources: [
      'apps/studio',
      'libs/editor',
      'libs/ui',
      'libs/studio-data',
      'libs/nodes',
      'libs/engine',
      'libs/expression',
      'libs/graph',
      'libs/kernel',
      'libs/protocol',
      'schema.graphql',
    ],
    product: 'apps/studio/dist/index.html',
    args: () => [vite(), 'build'],
    cwd: 'apps/studio',
  },
];

/** Builds what has changed since the last build. `only` names the parts; default all. */
export async function ensureBuilt(only = PARTS.map((part) => part.name)) {
  if (staleParts(only).length === 0) return;
  await exclusively(async () => {
    const stale = staleParts(only);
    const names = stale.map((part) => part.name).join(' and ');
    if (stale.length > 0) await announced(`Building ${names}`, () => Promise.all(stale.map(build)));
  });
}

function staleParts(only) {
  return PARTS.filter((part) => only.includes(part.name) && stampOf(part) !== fingerprint(part));
}

async function build(part) {
  // Taken first: what changes meanwhile makes the result stale again.
  const before = fingerprint(part);
  await quietly(`build-${part.name}`, process.execPath, part.args(), {
    sentence: `The ${part.name} cannot be built`,
    cwd: join(ROOT, part.cwd),
  });
  mkdirSync(STAMP_DIR, { recursive: true });
  writeFileSync(join(STAMP_DIR, part.name), before);
}

function stampOf(part) {
  const path = join(STAMP_DIR, part.name);
  return existsSync(path) && existsSync(join(ROOT, part.product))
    ? readFileSync(path, 'utf8')
    : null;
}

/** Path, time and size of every source: reading them all would take longer than most builds. */
function fingerprint({ sources }) {
  const hash = createHash('sha256').update(process.versions.node);
  for (const path of [...sources, ...SETTINGS].flatMap((source) =>
    filesBelow(join(ROOT, source)),
  )) {
    const { mtimeMs, size } = statSync(path);
    hash.update(`${relative(ROOT, path)} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !SKIPPED.has(entry.name) && !/\.spec\.tsx?$/.test(entry.name))
    .flatMap((entry) =>
      entry.isDirectory() ? filesBelow(join(path, entry.name)) : [join(path, entry.name)],
    )
    .sort();
}

/** Vite's program; npm may have put it beside Studio or at the root. */
export function vite() {
  const manifest = createRequire(join(ROOT, 'apps/studio/package.json')).resolve(
    'vite/package.json',
  );
  return join(dirname(manifest), 'bin', 'vite.js');
}

/** Arguments of Node that compile everything that is stale. */
export function compile() {
  return ['node_modules/typescript-native/bin/tsc', '-b'];
}

/** Changes whenever a compiled source does. */
export function codeFingerprint() {
  return fingerprint(PARTS[0]);
}
