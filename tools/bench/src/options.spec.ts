import { describe, expect, it } from 'vitest';
import { OptionsError, parseOptions } from './options.js';

const chosen = (...args: string[]): string[] => [...parseOptions(args).chosen];

describe('parseOptions', () => {
  it('without arguments: what needs neither peers nor patience', () => {
    expect(chosen()).toEqual(['floor', 'chain-40', 'fan-out-1000', 'diamond-1000', 'trigger']);
  });

  it('takes names, also shortened, and adds what is asked for besides', () => {
    expect(chosen('--only', 'diamond,floor', '--peers')).toEqual([
      'diamond-1000',
      'floor',
      'peers',
    ]);
    expect(parseOptions(['--only', 'soak', '--soak-minutes', '0.5'])).toEqual({
      chosen: new Set(['soak']),
      soakMinutes: 0.5,
    });
  });

  it.each([
    [['--only', 'f'], /no benchmark "f"/],
    [['--only', ''], /needs a value/],
    [['--only', 'floor,'], /no benchmark ""/],
    [['--only'], /needs a value/],
    [['--soak-minutes', 'long'], /must be a number/],
    [['--fast'], /"--fast" is not understood/],
  ])('explains %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(OptionsError);
    expect(() => parseOptions(args)).toThrow(message);
  });
});
