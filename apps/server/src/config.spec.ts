import { describe, expect, it } from 'vitest';
import { readConfig } from './config.js';

const DATABASE_URL = 'postgres://ana:secret@db/heddle';

describe('readConfig', () => {
  it('needs a database and has defaults for the rest', () => {
    expect(readConfig({ DATABASE_URL })).toMatchObject({
      port: 8420,
      workerPort: 8421,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:8420',
      logRetentionDays: 14,
      httpAllow: [],
      notify: { signingSecret: null, mail: null },
    });
  });

  it.each([
    [{ PORT: 'eighty' }, /PORT \(it is "eighty"\)/],
    [{ PORT: '70000' }, /PORT/],
    [{ LOG_LEVEL: 'loud' }, /LOG_LEVEL/],
    [{ LOG_RETENTION_DAYS: '0' }, /LOG_RETENTION_DAYS/],
    [{ PUBLIC_URL: 'heddle' }, /PUBLIC_URL/],
    [{ SMTP_URL: 'smtp://mail.test' }, /SMTP_FROM is missing/],
  ])('names the setting that is wrong in %j', (env, message) => {
    expect(() => readConfig({ DATABASE_URL, ...env })).toThrow(message);
  });

  it('reads what notifications need', () => {
    const env = { NOTIFY_SIGNING_SECRET: 's'.repeat(24), SMTP_URL: 'smtp://m', SMTP_FROM: 'a@b' };
    expect(readConfig({ DATABASE_URL, ...env }).notify).toEqual({
      signingSecret: 's'.repeat(24),
      mail: { url: 'smtp://m', from: 'a@b' },
    });
  });

  it.each([{ NOTIFY_SIGNING_SECRET: 'secret' }, { SMTP_URL: 'http://ana:secret@mail' }])(
    'P6: names %j and its rule without repeating the value',
    (env) => {
      const [name] = Object.keys(env);
      expect(() => readConfig({ DATABASE_URL, ...env })).toThrow(
        new RegExp(`^(?!.*secret).*${name} is wrong: must`),
      );
    },
  );

  it('P6: does not repeat a database address, which may hold a password', () => {
    expect(() => readConfig({ DATABASE_URL: 'mysql://ana:secret@db/heddle' })).toThrow(
      /^(?!.*secret).*DATABASE_URL/,
    );
  });
});
