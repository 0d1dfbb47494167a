import { z } from 'zod';
import type { NotifySettings } from '@heddle/server-builtin';

/** A setting from outside that is wrong; `message` is one sentence for the person who set it. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

const port = z.coerce.number().int().min(0).max(65_535);

const SCHEMA = z.object({
  /** Of PostgreSQL 15 or newer: `postgres://user:password@host:5432/database`. */
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgres://'),
  /** Studio and API. */
  PORT: port.default(8420),
  /** Native worker gateway. */
  WORKER_PORT: port.default(8421),
  /** Address to listen on. Default: this machine only. */
  HOST: z.string().min(1).default('127.0.0.1'),
  /** Address under which people reach Studio, without a slash at the end. Default: localhost and PORT. */
  PUBLIC_URL: z.url().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  /** Days that task logs are kept. */
  LOG_RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(14),
  /** Folder with the built Studio. Empty: the API alone is served. */
  STUDIO_DIR: z.string().optional(),
  /** Whether a reverse proxy stands in front: then its `X-Forwarded-*` headers say who calls. Anybody could write them otherwise. */
  TRUST_PROXY: z.enum(['true', 'false']).default('false'),
  /** Hosts that http nodes may call although they are private addresses, comma-separated `host` or `host:port`. */
  HTTP_ALLOW: z.string().default(''),
  /** Signs the webhooks of notify nodes; the same on every server. Empty: webhooks fail and say so. */
  NOTIFY_SIGNING_SECRET: z.union([z.literal(''), z.string().min(24)]).default(''),
  /** Mail server of notify nodes: `smtp://user:password@host:587` or `smtps://…`. Empty: e-mails fail and say so. */
  SMTP_URL: z.union([z.literal(''), z.string().regex(/^smtps?:\/\/[^\s]+$/)]).default(''),
  /** Sender of e-mails, e.g. `Heddle <heddle@example.com>`. Must be set with SMTP_URL. */
  SMTP_FROM: z.string().default(''),
});

/** Settings whose values no message may show. */
const SECRET: ReadonlySet<string> = new Set(['DATABASE_URL', 'NOTIFY_SIGNING_SECRET', 'SMTP_URL']);
const HINTS: Readonly<Record<string, string>> = {
  NOTIFY_SIGNING_SECRET: 'must have at least 24 characters',
  SMTP_URL: 'must begin with smtp:// or smtps://',
};

export interface ServerConfig {
  databaseUrl: string;
  port: number;
  workerPort: number;
  host: string;
  publicUrl: string;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  logRetentionDays: number;
  studioDir: string | null;
  trustProxy: boolean;
  httpAllow: string[];
  notify: NotifySettings;
}

/** Reads the settings. @throws {ConfigError} naming the first setting that is wrong, its value and what is allowed. */
export function readConfig(env: Record<string, string | undefined>): ServerConfig {
  const parsed = SCHEMA.safeParse(env);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const name = String(issue.path[0]);
    const given = SECRET.has(name) ? '' : ` (it is "${env[name] ?? ''}")`;
    throw new ConfigError(`The setting ${name}${given} is wrong: ${HINTS[name] ?? issue.message}.`);
  }
  const { data } = parsed;
  if (data.SMTP_URL && !data.SMTP_FROM)
    throw new ConfigError('The setting SMTP_FROM is missing: SMTP_URL needs a sender.');
  return {
    databaseUrl: data.DATABASE_URL,
    port: data.PORT,
    workerPort: data.WORKER_PORT,
    host: data.HOST,
    publicUrl: data.PUBLIC_URL?.replace(/\/$/, '') ?? `http://localhost:${data.PORT}`,
    logLevel: data.LOG_LEVEL,
    logRetentionDays: data.LOG_RETENTION_DAYS,
    studioDir: data.STUDIO_DIR || null,
    trustProxy: data.TRUST_PROXY === 'true',
    httpAllow: data.HTTP_ALLOW.split(',')
      .map((host) => host.trim())
      .filter(Boolean),
    notify: {
      signingSecret: data.NOTIFY_SIGNING_SECRET || null,
      mail: data.SMTP_URL ? { url: data.SMTP_URL, from: data.SMTP_FROM } : null,
    },
  };
}
