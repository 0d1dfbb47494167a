import { describe, expect, it } from 'vitest';
import { parseArguments, runSeeds } from './simulate.js';

describe('parseArguments', () => {
  it.each([
    [[], { from: 1, count: 1_000, isReplay: false }],
    [['--seeds', '5', '--from', '9'], { from: 9, count: 5, isReplay: false }],
    [['--seed', '7'], { from: 7, count: 1, isReplay: true }],
  ])('%j', (args, expected) => {
    expect(parseArguments(args)).toEqual(expected);
  });

  it.each([[['--seed']], [['--seed', 'x']], [['--seeds', '-1']], [['--what', '1']]])(
    'refuses %j with the usage',
    (args) => {
      expect(parseArguments(args)).toMatch(/Usage/);
    },
  );
});

describe('runSeeds', { timeout: 180_000 }, () => {
  it('prints what it ran', () => {
    const lines: string[] = [];
    expect(runSeeds({ from: 1, count: 3, isReplay: false }, (line) => lines.push(line))).toBe(0);
    expect(lines.at(-1)).toMatch(/\d+ runs, \d+ steps, \d+ attempts, every step checked/);
  });

  it('prints every event of a replayed seed', () => {
    const lines: string[] = [];
    runSeeds({ from: 2, count: 1, isReplay: true }, (line) => lines.push(line));
    expect(lines.some((line) => line.includes('"runStarted"'))).toBe(true);
  });
});
