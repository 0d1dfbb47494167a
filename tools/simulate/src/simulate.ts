import { CORPUS, SimulationFailure, simulateSeed, simulateTreeSeed } from '@heddle/engine-sim';
import { PIPELINE_CORPUS } from './pipeline/pipeline-corpus.js';
import { PipelineFailure } from './pipeline/pipeline-report.js';
import { simulatePipelineSeed } from './pipeline/pipeline-simulation.js';

/** What to simulate. */
export interface SimulateArguments {
  /** First seed. */
  from: number;
  /** How many seeds, counting up. */
  count: number;
  /** Whether to print every event of the run, for one seed. */
  isReplay: boolean;
  /** Whole servers on one database, instead of the engine alone. */
  isPipeline: boolean;
}

const USAGE = `Usage: npm run simulate -- [--pipeline] [--seeds N] [--from SEED]   run N seeds (default 1000), the corpus first
       npm run simulate -- [--pipeline] --seed SEED                replay one seed, event by event
       --pipeline: two servers, workers and clients around one database, instead of the engine alone`;

const SEEDS_DEFAULT = 1_000;
const PIPELINE = '--pipeline';

/** Reads the command line; a text is what is wrong with it. */
export function parseArguments(args: readonly string[]): SimulateArguments | string {
  const parsed: SimulateArguments = {
    from: 1,
    count: SEEDS_DEFAULT,
    isReplay: false,
    isPipeline: args.includes(PIPELINE),
  };
  const named = args.filter((arg) => arg !== PIPELINE);
  for (let i = 0; i < named.length; i += 2) {
    const [name, text] = [named[i] as string, named[i + 1]];
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
export async function runSeeds(
  { from, count, isReplay, isPipeline }: SimulateArguments,
  print: (line: string) => void,
): Promise<number> {
  const seeds = Array.from({ length: count }, (_, i) => from + i);
  const corpus = (isPipeline ? PIPELINE_CORPUS : CORPUS).map(({ seed }) => seed);
  const total = { runs: 0, steps: 0 };
  const startedAt = performance.now();
  for (const seed of isReplay ? seeds : [...corpus, ...seeds]) {
    const report = await trySeed(seed, isPipeline, print);
    if (!report) return 1;
    if (isReplay) for (const line of report.trace) print(line);
    total.runs += report.runs;
    total.steps += report.steps;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const rate = Math.round((seeds.length / Math.max(seconds, 0.001)) * 60);
  print(
    `${total.runs} runs, ${total.steps} steps, every step checked: no promise broken (${rate} seeds/min).`,
  );
  return 0;
}

/** What one seed went through. */
interface SeedReport {
  runs: number;
  steps: number;
  trace: readonly string[];
}

async function trySeed(
  seed: number,
  isPipeline: boolean,
  print: (line: string) => void,
): Promise<SeedReport | null> {
  try {
    return isPipeline ? await simulatePipelineSeed(seed) : simulateEngineSeed(seed);
  } catch (error) {
    const isBroken = error instanceof SimulationFailure;
    if (error instanceof PipelineFailure) for (const line of error.trace) print(line);
    print(`Seed ${seed} failed: ${isBroken ? error.message : (error as Error).stack}`);
    print(`Replay: npm run simulate -- ${isPipeline ? `${PIPELINE} ` : ''}--seed ${seed}`);
    return null;
  }
}

/** One run alone, and a tree of runs. */
function simulateEngineSeed(seed: number): SeedReport {
  const tree = simulateTreeSeed(seed);
  const run = simulateSeed(seed);
  const trace = run.history.map((event) => JSON.stringify(event));
  return { runs: 1 + tree.runs, steps: run.steps + tree.steps, trace };
}
