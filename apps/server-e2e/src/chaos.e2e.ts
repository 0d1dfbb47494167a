import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fanGraph } from '@heddle/cluster';
import { seededChooser } from '@heddle/engine-sim';
import { eventually, publish, start } from './api-helpers.js';
import { ChaosTargets, TARGETS } from './chaos-targets.js';
import { byIdempotencyKey, readLedger, type LedgerEntry } from './ledger.js';

/** Jobs that are carried out under fire. `npm run chaos` sets 100,000. */
const NODE_RUNS = Number(process.env['CHAOS_NODE_RUNS'] || 2_000);
const SEED = Number(process.env['SEED'] || Math.floor(Math.random() * 2 ** 31));

const WIDTH = 8;
/** Before and after an effect: kills hit both, and after it the effect has taken place without an answer. */
const JOB = { ms: 10, afterMs: 20 };
const RUN_COUNT = Math.ceil(NODE_RUNS / (WIDTH + 2));
/** Every target at least once; beyond that, one strike per thousand jobs. */
const STRIKES_MIN = TARGETS.length;
const STRIKE_COUNT = Math.max(STRIKES_MIN, Math.round(NODE_RUNS / 1_000));
/** Runs that are open at the same time: a queue to lose something from, and no flood. */
const OPEN_MAX = 100;
const TRIGGERS_AT_A_TIME = 20;
/** After any strike runs must go on ending before this: a lease, its sweep, and a start of everything. */
const PROGRESS_MS_MAX = 90_000;
const RUNS_PER_QUESTION = 20;
/** Runs whose history is replayed. */
const VERIFIED_MAX = 200;
/** Long enough for 100,000 node runs on a small machine. */
const TEST_MS_MAX = 6 * 3_600_000;

interface EndedRun {
  id: string;
  state: string;
  nodeRuns: {
    key: string;
    state: string;
    attempt: number;
    output: { token: string } | null;
    attempts: { state: string }[];
  }[];
}

describe(`chaos: ${NODE_RUNS} jobs while servers, workers and PostgreSQL are killed (SEED=${SEED})`, () => {
  const choose = seededChooser(SEED);
  let targets: ChaosTargets;
  let workflow: string;
  /** Run ids by the key of their trigger. */
  const accepted = new Map<string, string>();

  beforeAll(async () => {
    console.log(`chaos: SEED=${SEED}, ${RUN_COUNT} runs, ${STRIKE_COUNT} strikes`);
    targets = await ChaosTargets.start(choose);
    workflow = await publish(targets.cluster.api, fanGraph(WIDTH, 'demo.effect', JOB));
  });
  afterAll(() => targets?.cluster.stop());

  /** Runs that have not ended, of those that were accepted; asked of whichever server answers. */
  async function countOpen(): Promise<number> {
    const { runs } = await targets.anyApi.request<{ runs: { totalCount: number } }>(
      `query ($filter: RunFilter) { runs(namespace: "demo", filter: $filter, first: 1) { totalCount } }`,
      { filter: { workflowId: workflow, states: ['queued', 'running', 'paused'] } },
    );
    return runs.totalCount;
  }

  /** A trigger without an answer is repeated under its key until it has one, as an automation would. */
  async function trigger(key: string): Promise<void> {
    const id = await eventually(
      `An answer to trigger ${key}`,
      () => start(targets.anyApi, workflow, { idempotencyKey: key }),
      PROGRESS_MS_MAX,
    );
    accepted.set(key, id);
  }

  async function triggerAll(): Promise<void> {
    for (let next = 0; next < RUN_COUNT; next += TRIGGERS_AT_A_TIME) {
      await eventually(
        `Room for more than ${accepted.size} runs`,
        async () => (await countOpen()) <= OPEN_MAX - TRIGGERS_AT_A_TIME,
        PROGRESS_MS_MAX,
      );
      const count = Math.min(TRIGGERS_AT_A_TIME, RUN_COUNT - next);
      await Promise.all(Array.from({ length: count }, (_, i) => trigger(`run-${next + i}`)));
    }
  }

  /** Strikes whenever so many more runs have ended as the seed says, until all of them have. */
  async function strikeAll(): Promise<void> {
    const share = Math.floor(RUN_COUNT / (STRIKE_COUNT + 1));
    for (let struck = 0; struck < STRIKE_COUNT; struck++) {
      const goal = struck * share + choose.int(share);
      await eventually(
        `The end of ${goal} runs, after ${struck} strikes`,
        async () => accepted.size - (await countOpen()) >= goal,
        PROGRESS_MS_MAX,
      );
      await targets.strike();
    }
    await eventually(
      'The end of every run',
      async () => accepted.size === RUN_COUNT && (await countOpen()) === 0,
      PROGRESS_MS_MAX,
    );
  }

  /** Runs with their nodes, in the order of their ids. */
  async function readRuns(ids: readonly string[]): Promise<EndedRun[]> {
    const found: EndedRun[] = [];
    for (let at = 0; at < ids.length; at += RUNS_PER_QUESTION) {
      const fields = ids
        .slice(at, at + RUNS_PER_QUESTION)
        .map((id) => `r${id}: run(id: "${id}") { ...RunParts }`);
      const answer = await targets.cluster.api.request<Record<string, EndedRun>>(
        `{ ${fields.join(' ')} }
        fragment RunParts on Run { id state nodeRuns { key state attempt output attempts { state } } }`,
      );
      found.push(...Object.values(answer));
    }
    return found;
  }

  /** Times that a run's history tells of a lost lease of one attempt. */
  async function countLosses(runId: string, nodeKey: string, attempt: number): Promise<number> {
    const { runHistory } = await targets.cluster.api.request<{
      runHistory: { event: string; nodeKey: string | null; attempt: number | null }[];
    }>('query ($runId: ID!) { runHistory(runId: $runId, first: 200) { event nodeKey attempt } }', {
      runId,
    });
    return runHistory.filter(
      (entry) =>
        entry.event === 'taskLost' && entry.nodeKey === nodeKey && entry.attempt === attempt,
    ).length;
  }

  async function verify(id: string): Promise<string[]> {
    const { verifyRun } = await targets.cluster.api.request<{
      verifyRun: { isSame: boolean; differences: string[] };
    }>('query ($id: ID!) { verifyRun(id: $id) { isSame differences } }', { id });
    return verifyRun.isSame ? [] : [`run ${id}: ${verifyRun.differences.join('; ')}`];
  }

  it(
    'every run ends right, every effect counts once, and what was done twice had lost its lease',
    { timeout: TEST_MS_MAX },
    async () => {
      await Promise.all([triggerAll(), strikeAll()]);
      console.log('chaos: struck', Object.fromEntries(targets.strikes));
      for (const [target, count] of targets.strikes) expect(count, target).toBeGreaterThan(0);

      // P1: what was answered is there, once per key, and has ended as it should.
      const ids = [...accepted.values()];
      expect(new Set(ids).size).toBe(RUN_COUNT);
      const runs = await readRuns(ids);
      expect(runs.filter((run) => run.state !== 'succeeded')).toEqual([]);

      // P2: of each node run exactly one execution counted, and it is one that really took place under its key.
      const ledger = readLedger(targets.ledger);
      const executions = byIdempotencyKey(ledger);
      const counted = new Map<string, LedgerEntry[]>();
      const wrong: string[] = [];
      for (const run of runs)
        for (const node of run.nodeRuns) {
          const key = `${run.id}/${node.key}/${node.attempt}`;
          const done = executions.get(key) ?? [];
          counted.set(key, done);
          const successes = node.attempts.filter(({ state }) => state === 'succeeded').length;
          const isReal = done.some(({ token }) => token === node.output?.token);
          if (successes !== 1 || node.attempt !== 1 || !isReal)
            wrong.push(`${key}: ${successes} successes, ${done.length} executions`);
        }
      expect(wrong).toEqual([]);
      expect(counted.size).toBe(RUN_COUNT * (WIDTH + 2));
      expect([...executions.keys()].filter((key) => !counted.has(key))).toEqual([]);

      // The history of what went through all that gives the stored state, event by event.
      const different: string[] = [];
      for (const id of ids.filter((_, i) => i % Math.ceil(RUN_COUNT / VERIFIED_MAX) === 0))
        different.push(...(await verify(id)));
      expect(different).toEqual([]);

      // Done more than once only where the history tells of a lost lease.
      const repeated = [...counted].filter(([, done]) => done.length > 1);
      console.log(`chaos: ${ledger.length} executions, ${repeated.length} node runs done again`);
      const silent: string[] = [];
      for (const [key, done] of repeated) {
        const [runId, nodeKey, attempt] = key.split('/') as [string, string, string];
        const losses = await countLosses(runId, nodeKey, Number(attempt));
        if (losses < done.length - 1)
          silent.push(`${key}: ${done.length} executions, ${losses} lost leases`);
      }
      expect(silent).toEqual([]);
    },
  );
});
