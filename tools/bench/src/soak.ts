import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fanGraph } from '@heddle/cluster';
import type { BenchContext } from './bench-context.js';
import { slopePerHour } from './measure.js';
import { prepare } from './scenarios.js';

/** Loaded into the server when a soak is asked for. */
export const MEMORY_PROBE = new URL('./memory-probe.js', import.meta.url).href;

const SAMPLES = 60;
const SAMPLE_MS_MIN = 2_000;
/** Runs of 1 → 8 → 1 that are started a second: a load that a small machine carries with ease. */
const RUNS_PER_SECOND = 20;
const PROBE_WAIT_MS_MAX = 10_000;
const MB = 1_000_000;

/** Memory of the server at one moment, after a garbage collection. */
export interface SoakSample {
  minutes: number;
  rssMb: number;
  heapMb: number;
  externalMb: number;
  runs: number;
}

export interface SoakResult {
  minutes: number;
  runs: number;
  samples: SoakSample[];
  /** Over the second half, when caches are full. MB an hour. */
  rssSlope: number;
  heapSlope: number;
}

/** Where the probe writes. */
export function probeFile(directory: string): string {
  return join(directory, 'memory-probe.json');
}

/** A steady load for so many minutes, and the server's memory over that time. */
export async function benchSoak(context: BenchContext, minutes: number): Promise<SoakResult> {
  context.say(`soak of ${minutes} minutes`);
  const graph = fanGraph(8, 'bench.noop');
  const workflow = await prepare(context.cluster.api, { name: 'soak', graph });
  const endsAt = performance.now() + minutes * 60_000;
  let runs = 0;
  let failed = 0;
  const trigger = async (): Promise<void> => {
    const from = performance.now();
    for (let i = 0; performance.now() < endsAt; i++) {
      await context.cluster.api
        .request('mutation ($id: ID!) { startRun(workflowId: $id) { id } }', { id: workflow })
        .then(
          () => runs++,
          () => failed++,
        );
      await sleep(Math.max(0, from + (i * 1000) / RUNS_PER_SECOND - performance.now()));
    }
  };
  const triggering = trigger();
  const samples: SoakSample[] = [];
  const from = performance.now();
  const pauseMs = Math.max(SAMPLE_MS_MIN, (minutes * 60_000) / SAMPLES);
  while (performance.now() < endsAt) {
    await sleep(Math.min(pauseMs, Math.max(0, endsAt - performance.now())));
    const minute = (performance.now() - from) / 60_000;
    samples.push({ minutes: minute, ...(await memoryOf(context)), runs });
    context.say(lineOf(samples.at(-1)!));
  }
  await triggering;
  if (failed > 0) throw new Error(`${failed} triggers of the soak failed.`);
  const late = samples.slice(Math.floor(samples.length / 2));
  const slope = (of: (sample: SoakSample) => number): number =>
    slopePerHour(late.map((sample) => [sample.minutes, of(sample)]));
  return {
    minutes,
    runs,
    samples,
    rssSlope: slope((sample) => sample.rssMb),
    heapSlope: slope((sample) => sample.heapMb),
  };
}

async function memoryOf({
  server,
  cluster,
}: BenchContext): Promise<Pick<SoakSample, 'rssMb' | 'heapMb' | 'externalMb'>> {
  const file = probeFile(cluster.directory);
  rmSync(file, { force: true });
  process.kill(server.pid, 'SIGUSR2');
  const deadline = performance.now() + PROBE_WAIT_MS_MAX;
  while (performance.now() < deadline) {
    await sleep(50);
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (!text.endsWith('}')) continue;
    const memory = JSON.parse(text) as { rss: number; heapUsed: number; external: number };
    return {
      rssMb: memory.rss / MB,
      heapMb: memory.heapUsed / MB,
      externalMb: memory.external / MB,
    };
  }
  throw new Error('The server did not tell its memory.');
}

function lineOf({ minutes, rssMb, heapMb, runs }: SoakSample): string {
  return `  ${minutes.toFixed(1)} min  RSS ${rssMb.toFixed(0)} MB  heap ${heapMb.toFixed(1)} MB  ${runs} runs`;
}

/** The result in words. */
export function describeSoak({ minutes, runs, rssSlope, heapSlope, samples }: SoakResult): string {
  const last = samples.at(-1);
  return (
    `soak: ${runs} runs in ${minutes} min; at the end RSS ${last?.rssMb.toFixed(0)} MB, heap ${last?.heapMb.toFixed(1)} MB; ` +
    `in the second half RSS ${rssSlope.toFixed(1)} MB/h, heap ${heapSlope.toFixed(1)} MB/h`
  );
}
