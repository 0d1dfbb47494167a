import { z } from 'zod';

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
});

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
}

/** Reads the settings. @throws {ConfigError} naming the first setting that is wrong, its value and what is allowed. */
export function readConfig(env: Record<string, string | undefined>): ServerConfig {
  const parsed = SCHEMA.safeParse(env);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const name = String(issue.path[0]);
    const given = name === 'DATABASE_URL' ? '' : ` (it is "${env[name] ?? ''}")`;
    throw new ConfigError(`The setting ${name}${given} is wrong: ${issue.message}.`);
  }
  const { data } = parsed;
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
  };
}
