import {
  CORPUS,
  SimulationFailure,
  simulateSeed,
  simulateTreeSeed,
  type SimulationReport,
} from '@heddle/engine-sim';

/** What to simulate. */
export interface SimulateArguments {
  /** First seed. */
  from: number;
  /** How many seeds, counting up. */
  count: number;
  /** Whether to print every event of the run, for one seed. */
  isReplay: boolean;
}

const USAGE = `Usage: npm run simulate -- [--seeds N] [--from SEED]   run N seeds (default 1000), the corpus first
       npm run simulate -- --seed SEED                replay one seed, event by event`;

const SEEDS_DEFAULT = 1_000;

/** Reads the command line; a text is what is wrong with it. */
export function parseArguments(args: readonly string[]): SimulateArguments | string {
  const parsed: SimulateArguments = { from: 1, count: SEEDS_DEFAULT, isReplay: false };
  for (let i = 0; i < args.length; i += 2) {
    const [name, text] = [args[i] as string, args[i + 1]];
    const value = Number(text);
    if (!['--seeds', '--from', '--seed'].includes(name)) return `Unknown option ${name}.\n${USAGE}`;
    if (text === undefined || !Number.isInteger(value) || value < 0) {
      return `${name} needs a whole number from 0, got ${text ?? 'nothing'}.\n${USAGE}`;
    }
    if (name === '--seeds') parsed.count = value;
    if (name === '--from') parsed.from = value;
    if (name === '--seed') Object.assign(parsed, { from: value, count: 1, isReplay: true });
  }
  return parsed;
}

/** Runs the seeds and prints what happened; the exit code is 1 when a promise was broken. */
export function runSeeds(
  { from, count, isReplay }: SimulateArguments,
  print: (line: string) => void,
): number {
  const seeds = Array.from({ length: count }, (_, i) => from + i);
  const all = isReplay ? seeds : [...CORPUS.map(({ seed }) => seed), ...seeds];
  const total = { runs: 0, steps: 0, nodeRuns: 0 };
  const startedAt = performance.now();
  for (const seed of all) {
    const report = trySeed(seed, print);
    if (!report) return 1;
    if (isReplay) for (const event of report.history) print(JSON.stringify(event));
    total.runs++;
    total.runs += report.treeRuns;
    total.steps += report.steps + report.treeSteps;
    total.nodeRuns += report.nodeRuns;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const rate = Math.round(total.runs / Math.max(seconds, 0.001));
  print(
    `${total.runs} runs, ${total.steps} steps, ${total.nodeRuns} attempts, every step checked: no promise broken (${rate} runs/s).`,
  );
  return 0;
}

interface SeedReport extends SimulationReport {
  /** Runs and steps of the tree of runs that the seed stands for as well. */
  treeRuns: number;
  treeSteps: number;
}

function trySeed(seed: number, print: (line: string) => void): SeedReport | null {
  try {
    const tree = simulateTreeSeed(seed);
    return { ...simulateSeed(seed), treeRuns: tree.runs, treeSteps: tree.steps };
  } catch (error) {
    const what = error instanceof SimulationFailure ? error.message : (error as Error).stack;
    print(`Seed ${seed} failed: ${what}`);
    print(`Replay: npm run simulate -- --seed ${seed}`);
    return null;
  }
}
