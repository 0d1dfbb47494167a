import { HeddleError } from '@heddle/kernel';

/** Failures in a row, per address and e-mail, after which sign-in pauses. */
const FAILURES_MAX = 8;
const PAUSE_MS = 60_000;
/** Entries remembered; the oldest goes first, so that a flood of addresses cannot grow memory. */
const ENTRIES_MAX = 10_000;

/** Slows down guessing of passwords: per server, in memory. */
export class SignInLimiter {
  readonly #failures = new Map<string, { count: number; lastAt: number }>();

  /** @throws {HeddleError} `TOO_MANY_REQUESTS` while paused. */
  check(email: string, address: string, now = Date.now()): void {
    const entry = this.#failures.get(key(email, address));
    if (!entry || entry.count < FAILURES_MAX || now - entry.lastAt > PAUSE_MS) return;
    const seconds = Math.ceil((PAUSE_MS - (now - entry.lastAt)) / 1000);
    throw new HeddleError(
      'TOO_MANY_REQUESTS',
      `Too many failed sign-ins. Try again in ${seconds} s.`,
      { seconds },
    );
  }

  failed(email: string, address: string, now = Date.now()): void {
    const count = this.#failures.get(key(email, address))?.count ?? 0;
    this.#failures.delete(key(email, address));
    this.#failures.set(key(email, address), { count: count + 1, lastAt: now });
    if (this.#failures.size > ENTRIES_MAX)
      this.#failures.delete(this.#failures.keys().next().value!);
  }

  succeeded(email: string, address: string): void {
    this.#failures.delete(key(email, address));
  }
}

const key = (email: string, address: string): string =>
  `${address} ${email.toLowerCase().slice(0, 200)}`;
