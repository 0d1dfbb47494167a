import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Directory for everything that Heddle keeps on this machine. */
export const DATA_DIR = resolve(ROOT, process.env.HEDDLE_DATA_DIR || '.heddle');

/** Directory of log files. */
export const LOG_DIR = join(DATA_DIR, 'logs');

/** Makes the directory of log files and names one of them. */
export function logFile(name) {
  mkdirSync(LOG_DIR, { recursive: true });
  return join(LOG_DIR, `${name}.log`);
}

/** Path below the root, for messages. */
export function shortPath(path) {
  return path.startsWith(`${ROOT}/`) ? path.slice(ROOT.length + 1) : path;
}
