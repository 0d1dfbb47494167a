import { describe, expect, it } from 'vitest';
import { explainFailure } from './explain-failure.js';

describe('explainFailure', () => {
  it.each([
    [
      'FATAL:  could not write to file "pg_wal/xlogtemp.31": No space left on device',
      'the disk is full',
    ],
    ['FATAL:  database files are incompatible with server', 'another major version'],
    ['PANIC:  could not locate a valid checkpoint record at 0/1', 'the data is damaged'],
    ['FATAL:  data directory "/x" has wrong ownership', 'another user'],
    [
      'FATAL:  could not create lock file "postmaster.pid": Permission denied',
      'permission is denied',
    ],
    ['FATAL:  could not map anonymous shared memory: Cannot allocate memory', 'not enough memory'],
    [
      'FATAL:  configuration file "/x/postgresql.conf" contains errors',
      'postgresql.conf has an error',
    ],
    [
      'FATAL:  could not create any Unix-domain sockets: Address already in use',
      'socket is in use',
    ],
  ])('says what to do about %s', (log, words) => {
    const { message } = explainFailure(`2026-01-01 LOG:  starting\n${log}\n`, '/data/pg18');
    expect(message).toContain(words);
    expect(message).toContain('/data/pg18');
  });

  it('quotes the last line of something it does not know', () => {
    expect(
      explainFailure('LOG:  one\nFATAL:  a new kind of trouble\nLOG:  shut down', '/d').message,
    ).toBe(
      'The database in /d cannot start, PostgreSQL ended (PostgreSQL says: a new kind of trouble).',
    );
  });
});
