import { LauncherError } from './launcher-error.js';

/** What PostgreSQL's log says, and what a person can do about it. First match wins. */
const EXPLANATIONS: readonly { pattern: RegExp; sentence: string }[] = [
  {
    pattern: /No space left on device|Disk quota exceeded/,
    sentence: 'the disk is full: free some space and start again',
  },
  {
    pattern: /database files are incompatible with server|initialized by PostgreSQL version/,
    sentence:
      'the data was written by another major version of PostgreSQL: start Heddle with that version, dump the data, and load it into a new directory',
  },
  {
    pattern:
      /could not locate a valid checkpoint record|invalid checkpoint record|invalid primary checkpoint|incorrect checksum in control file|could not read file "global\/pg_control"|could not open file "global\/pg_control"|is not a valid data directory|WAL file is from different database system|invalid page in block/,
    sentence: 'the data is damaged: restore a backup, or move the directory away to begin anew',
  },
  {
    pattern: /pre-existing shared memory block/,
    sentence:
      'processes of an earlier database still use it: end the "postgres" processes of this directory and start again',
  },
  {
    pattern: /lock file "postmaster.pid" already exists|Is another postmaster/,
    sentence: 'another database already runs on it: stop that one first',
  },
  {
    pattern:
      /Address already in use|could not create Unix socket|Is another postmaster already running on port/,
    sentence: 'its socket is in use by another database: stop that one first',
  },
  {
    pattern: /has wrong ownership/,
    sentence: 'it belongs to another user: start Heddle as the user who made it',
  },
  {
    pattern: /Permission denied|Operation not permitted|has invalid permissions/,
    sentence:
      'permission is denied: give the directory to the user who runs Heddle, or choose another place with HEDDLE_DATA_DIR',
  },
  {
    pattern: /Read-only file system/,
    sentence: 'its file system is read-only: choose another place with HEDDLE_DATA_DIR',
  },
  {
    pattern: /could not map anonymous shared memory|Cannot allocate memory|out of memory/,
    sentence:
      'there is not enough memory: free some, or lower shared_buffers in its postgresql.conf',
  },
  {
    pattern:
      /unrecognized configuration parameter|invalid value for parameter|configuration file .* contains errors|syntax error in file/,
    sentence: 'its postgresql.conf has an error: correct the line that the log names',
  },
];

/** Longest piece of PostgreSQL's own words that is quoted, in characters. */
const QUOTE_LENGTH_MAX = 300;

/** One sentence for a PostgreSQL program that ended before it was ready. `output` is what it wrote. */
export function explainFailure(output: string, directory: string): LauncherError {
  const known = EXPLANATIONS.find(({ pattern }) => pattern.test(output));
  const quote = tellingLine(output).slice(0, QUOTE_LENGTH_MAX);
  const why = known?.sentence ?? 'PostgreSQL ended';
  return new LauncherError(
    `The database in ${directory} cannot start, ${why}${quote ? ` (PostgreSQL says: ${quote})` : ''}.`,
  );
}

/** The line that names the cause: the last fatal one, else the last one. */
function tellingLine(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const fatal = lines.filter((line) => /\b(FATAL|PANIC|error|ERROR):/.test(line)).at(-1);
  const line = fatal ?? lines.at(-1) ?? '';
  return line.replace(/^.*?\b(FATAL|PANIC|ERROR):\s*/, '').replace(/\.$/, '');
}
