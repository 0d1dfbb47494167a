import { parse } from 'cookie';
import type { Socket } from 'socket.io';
import { SESSION_COOKIE } from '@heddle/server-access';

/** What a connection proves itself with. */
export interface Credentials {
  /** API key. */
  token: string | null;
  /** Secret of the session cookie. */
  session: string | null;
}

/**
 * Reads the API key from `auth.token`, else the session cookie. A cookie counts only when the page that opened the
 * connection came from this very host: browsers name the page's origin, and a foreign page must not listen for the user.
 */
export function credentialsOf({ auth, headers }: Socket['handshake']): Credentials {
  const token = typeof auth['token'] === 'string' && auth['token'] ? auth['token'] : null;
  if (token) return { token, session: null };
  const session = parse(headers.cookie ?? '')[SESSION_COOKIE] ?? null;
  return { token: null, session: isSameHost(headers.origin, headers.host) ? session : null };
}

function isSameHost(origin: string | undefined, host: string | undefined): boolean {
  if (!origin) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
