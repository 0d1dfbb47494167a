import { createHash, randomBytes } from 'node:crypto';

/** Characters of a secret that may be shown later, to tell secrets apart. */
const PREFIX_LENGTH = 10;

/** A new random secret: what the caller gets once, and what is stored. 256 bits, so one SHA-256 is hash enough. */
export function newSecret(kind: 'hdl_key' | 'hdl_worker' | 'hdl_link' | 'hdl_session'): {
  secret: string;
  hash: string;
  prefix: string;
} {
  const secret = `${kind}_${randomBytes(32).toString('base64url')}`;
  return {
    secret,
    hash: hashSecret(secret),
    prefix: secret.slice(0, kind.length + 1 + PREFIX_LENGTH),
  };
}

/** What is stored of a secret. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
