import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '@heddle/api-client';

/** How long a command that follows something waits for a server that restarts. */
const PATIENCE_MS = 60_000;
const RETRY_MS = 1_000;

/** Runs a read until the server answers: one that restarts in between is no reason to stop following. */
export async function patiently<T>(read: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      const isAway =
        error instanceof ApiError && ['NETWORK', 'UNAVAILABLE', 'INTERNAL'].includes(error.code);
      if (!isAway || Date.now() > deadline) throw error;
    }
    await delay(RETRY_MS);
  }
}
