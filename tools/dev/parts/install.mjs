import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { exclusively } from './lock.mjs';
import { Problem } from './main.mjs';
import { ROOT } from './places.mjs';
import { announced, quietly } from './quietly.mjs';

const LOCK = join(ROOT, 'package-lock.json');
const STAMP = join(ROOT, 'node_modules', '.heddle-installed');
/** What npm writes when it has installed. */
const HIDDEN_LOCK = join(ROOT, 'node_modules', '.package-lock.json');

/** Installs the packages of the lock file when they are missing or the file has changed. */
export async function ensureInstalled() {
  if (!isInstalled()) await exclusively(install);
}

function isInstalled() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint();
}

async function install() {
  // Another command may have done it while this one waited.
  if (isInstalled()) return;
  const wanted = fingerprint();
  if (!installedByHand()) {
    const [command, args] = npm();
    await announced('Installing packages', () =>
      quietly('npm-install', command, [...args, 'ci', '--no-audit', '--no-fund'], {
        sentence: 'The packages cannot be installed',
      }),
    );
  }
  writeFileSync(STAMP, wanted);
}

/** The same lock file on another platform or Node needs other binaries. */
function fingerprint() {
  const hash = createHash('sha256').update(readFileSync(LOCK)).digest('hex');
  return `${hash} ${process.platform}-${process.arch} ${process.versions.modules}\n`;
}

/** Whether somebody ran npm themselves after the lock file last changed, on this platform and Node. */
function installedByHand() {
  if (!existsSync(HIDDEN_LOCK)) return false;
  const machine = fingerprint().split(' ').slice(1).join(' ');
  const isSameMachine = !existsSync(STAMP) || readFileSync(STAMP, 'utf8').endsWith(machine);
  return isSameMachine && statSync(HIDDEN_LOCK).mtimeMs >= statSync(LOCK).mtimeMs;
}

/** npm as this process was started by it, else the one on the path. */
function npm() {
  const own = process.env.npm_execpath;
  if (own && /npm-cli\.c?js$/.test(own) && existsSync(own)) return [process.execPath, [own]];
  const command = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  if (spawnSync(command, ['--version']).status !== 0)
    throw new Problem(
      'npm is not installed: install Node from https://nodejs.org, or the package "npm" of your system.',
    );
  return [command, []];
}
