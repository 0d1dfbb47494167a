import { describe, expect, it } from 'vitest';
import { parseArguments, runSeeds } from './simulate.js';

describe('parseArguments', () => {
  it.each([
    [[], { from: 1, count: 1_000, isReplay: false, isPipeline: false }],
    [['--seeds', '5', '--from', '9'], { from: 9, count: 5, isReplay: false, isPipeline: false }],
    [['--seed', '7'], { from: 7, count: 1, isReplay: true, isPipeline: false }],
    [['--pipeline', '--seed', '7'], { from: 7, count: 1, isReplay: true, isPipeline: true }],
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
  it.each([false, true])('prints what it ran (pipeline: %s)', async (isPipeline) => {
    const lines: string[] = [];
    const seeds = { from: 1, count: 3, isReplay: false, isPipeline };
    expect(await runSeeds(seeds, (line) => lines.push(line))).toBe(0);
    expect(lines.at(-1)).toMatch(/\d+ runs, \d+ steps, every step checked/);
  });

  it('prints every event of a replayed seed', async () => {
    const lines: string[] = [];
    const seed = { from: 2, count: 1, isReplay: true, isPipeline: false };
    await runSeeds(seed, (line) => lines.push(line));
    expect(lines.some((line) => line.includes('"runStarted"'))).toBe(true);
  });
});
