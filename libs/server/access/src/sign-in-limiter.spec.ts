import { describe, expect, it } from 'vitest';
import { SignInLimiter } from './sign-in-limiter.js';

const EMAIL = 'ana@example.com';
const HOME = '10.0.0.1';

function failTimes(limiter: SignInLimiter, count: number, at = 0): void {
  for (let i = 0; i < count; i++) limiter.failed(EMAIL, HOME, at);
}

describe('SignInLimiter', () => {
  it('pauses after eight failures in a row, whatever the letter case of the address', () => {
    const limiter = new SignInLimiter();
    failTimes(limiter, 7);
    expect(() => limiter.check(EMAIL, HOME, 0)).not.toThrow();
    failTimes(limiter, 1);
    expect(() => limiter.check(EMAIL.toUpperCase(), HOME, 1_000)).toThrow(/Try again in 59 s/);
  });

  it('lets others sign in meanwhile, and the same person after a minute', () => {
    const limiter = new SignInLimiter();
    failTimes(limiter, 20);
    expect(() => limiter.check(EMAIL, '10.0.0.2', 0)).not.toThrow();
    expect(() => limiter.check('bob@example.com', HOME, 0)).not.toThrow();
    expect(() => limiter.check(EMAIL, HOME, 60_001)).not.toThrow();
  });

  it('forgets failures after a success', () => {
    const limiter = new SignInLimiter();
    failTimes(limiter, 8);
    limiter.succeeded(EMAIL, HOME);
    expect(() => limiter.check(EMAIL, HOME, 0)).not.toThrow();
  });
});
