import { describe, expect, it } from 'vitest';
import {
  advance, copyRun, planRerun, type CompiledGraph, type RerunPatch, type RerunPlan, type RunState,
} from '@heddle/engine'; // prettier-ignore
import type { GraphDocument } from '@heddle/graph';
import type { Json } from '@heddle/kernel';
import {
  aGraph, aNode, ANA, anEdge, chance, mustCompile, pick, randomGraph, runToEnd, Scenario, seededChooser,
  type Chooser, type Outcome, type World,
} from './index.js'; // prettier-ignore

const reading = (key: string, source: string) =>
  aNode(key, { config: { group: 'g', executor: 'x', mode: 'single', input: `\${{ ${source} }}` } });

/** `key:effect`, with a question mark where it is not certain. */
const effects = (plan: RerunPlan) =>
  plan.nodes
    .map(({ key, effect, isCertain }) => `${key}:${effect}${isCertain ? '' : '?'}`)
    .join(' ');

const rerun = (run: Scenario, from: string[], patch: RerunPatch = {}) =>
  run.offer({ type: 'rerunRequested', from, patch, actor: ANA, reason: 'wrong rate' });

/** A new run by the plan. */
function newRunOf(
  graph: CompiledGraph,
  plan: RerunPlan,
  nodeInputs?: Record<string, Json>,
): Scenario {
  const run = new Scenario(graph.graph, plan.input);
  const { reuse, context } = plan;
  return run.do({ type: 'runStarted', reuse, context, ...(nodeInputs ? { nodeInputs } : {}) });
}

describe('planRerun as a new run', () => {
  const old = new Scenario(
    aGraph(['a', reading('b', 'nodes.a.output'), 'c', 'x'], ['a -> b', 'b -> c', 'x -> c']),
  );
  old.start().succeed('a', 1).succeed('b', 2).succeed('x', 3).succeed('c', 4);
  const request = { old: { graph: old.compiled, state: old.run }, target: old.compiled };

  it('executes the chosen nodes and what comes after, and reuses the rest by reference', () => {
    const plan = planRerun({ ...request, from: ['b'], patch: {} });
    expect(effects(plan)).toBe('a:reused x:reused b:reexecuted c:reexecuted');
    expect(plan.reuse).toEqual([
      { nodeKey: 'a', from: { runId: '1', attempt: 1 }, output: 1 },
      { nodeKey: 'x', from: { runId: '1', attempt: 1 }, output: 3 },
    ]);
    const run = newRunOf(old.compiled, plan);
    expect(run.states()).toBe('a:succeeded b:queued c:pending x:succeeded');
    expect(run.node('a')).toMatchObject({ attempt: 0, output: 1, reusedFrom: { runId: '1' } });
    expect(run.node('b').input).toBe(1);
    expect(run.changes?.attempts.map(({ nodeKey }) => nodeKey)).toEqual(['b']);
    expect(run.succeed('b').succeed('c').run.state).toBe('succeeded');
  });

  it('does not execute a node whose output is given', () => {
    const plan = planRerun({ ...request, from: [], patch: { nodeOutputs: { a: 10 } } });
    expect(effects(plan)).toBe('a:reused x:reused b:reexecuted c:reexecuted');
    expect(newRunOf(old.compiled, plan).node('b').input).toBe(10);
  });

  it('gives a node its edited input, once', () => {
    const plan = planRerun({ ...request, from: [], patch: { nodeInputs: { b: 'edited' } } });
    expect(effects(plan)).toBe('a:reused x:reused b:reexecuted c:reexecuted');
    const run = newRunOf(old.compiled, plan, { b: 'edited' });
    expect(run.node('b').input).toBe('edited');
    run.fail('b').retry('b');
    expect(run.node('b').input).toBe(1);
  });

  it('says what a patch of the input newly skips, and reuses what it can', () => {
    const graph = aGraph(
      ['a', 'big', 'small', 'end'],
      [anEdge('a -> big', 'input.n > 5.0'), anEdge('a -> small', 'input.n <= 5.0'), 'big -> end', 'small -> end'],
    ); // prettier-ignore
    const first = new Scenario(graph, { n: 9 }).start().succeed('a').succeed('big').succeed('end');
    const plan = planRerun({
      old: { graph: first.compiled, state: first.run },
      target: first.compiled,
      from: [],
      patch: { input: { value: { n: 1 } } },
    });
    expect(effects(plan)).toBe('a:reused big:skipped small:reexecuted end:reexecuted');
    const run = newRunOf(first.compiled, plan);
    expect(run.states()).toBe('a:succeeded big:skipped small:queued end:pending');
  });

  it('works a decision out when everything it reads is known, and says when it is not', () => {
    const decision = aNode('d', {
      type: 'decision',
      config: { mode: 'first', cases: [{ name: 'big', when: 'nodes.a.output > 5.0' }] },
    });
    const graph = aGraph(
      ['a', decision, 'yes', 'no'],
      ['a -> d', 'd:big -> yes', 'd:default -> no'],
    );
    const first = new Scenario(graph).start().succeed('a', 9).succeed('yes');
    const of = { old: { graph: first.compiled, state: first.run }, target: first.compiled };
    const given = planRerun({ ...of, from: [], patch: { nodeOutputs: { a: 1 } } });
    expect(effects(given)).toBe('a:reused d:reexecuted yes:skipped no:reexecuted');
    const open = planRerun({ ...of, from: ['a'], patch: {} });
    expect(effects(open)).toBe('a:reexecuted d:reexecuted yes:reexecuted? no:reexecuted?');
    const later = planRerun({ ...of, from: ['yes'], patch: {} });
    expect(effects(later)).toBe('a:reused d:reused yes:reexecuted no:skipped');
    expect(newRunOf(first.compiled, later).states()).toBe(
      'a:succeeded d:succeeded yes:queued no:skipped',
    );
  });

  it('lets a reused node read as it did, attempts included', () => {
    const graph = aGraph(['a', 'b'], [anEdge('a -> b', 'nodes.a.attempts == 2')]);
    const run = new Scenario(graph).start().fail('a');
    run.retry('a');
    run.succeed('a').succeed('b');
    const old = { graph: run.compiled, state: run.run };
    const plan = planRerun({ old, target: run.compiled, from: ['b'], patch: {} });
    expect(newRunOf(run.compiled, plan).states()).toBe('a:succeeded b:queued');
  });

  it('lets conditions of reused nodes read what was skipped before them', () => {
    const last = anEdge('b -> c', 'nodes.h.status == "skipped"');
    const graph = aGraph(['a', 'h', 'b', 'c'], ['a:failure -> h', 'a -> b', 'h -> b', last]);
    const run = new Scenario(graph).start().succeed('a').succeed('b').succeed('c');
    const old = { graph: run.compiled, state: run.run };
    const plan = planRerun({ old, target: run.compiled, from: ['c'], patch: {} });
    expect(effects(plan)).toBe('a:reused h:skipped b:reused c:reexecuted');
    expect(newRunOf(run.compiled, plan).states()).toBe(
      'a:succeeded h:skipped b:succeeded c:queued',
    );
  });

  it('executes what failed, and what comes after it, although it was not chosen', () => {
    const run = new Scenario(aGraph(['a', 'b', 'c'], ['a -> b', 'b:always -> c'])).start();
    run.succeed('a').fail('b').succeed('c');
    const plan = planRerun({
      old: { graph: run.compiled, state: run.run },
      target: run.compiled,
      from: [],
      patch: {},
    });
    expect(effects(plan)).toBe('a:reused b:reexecuted c:reexecuted');
    expect(plan.nodes[1]?.reason).toBe('It is failed in the earlier run.');
  });

  it('matches another version by keys and says what changed', () => {
    const target = mustCompile(
      aGraph(
        ['a', aNode('b', { config: { group: 'g', executor: 'y', mode: 'single' } }), 'x', 'new'],
        ['a -> b', 'x -> new'],
      ),
    );
    const plan = planRerun({ ...request, target, from: [], patch: {} });
    expect(effects(plan)).toBe('a:reused x:reused b:reexecuted new:reexecuted');
    expect(plan.nodes.map(({ reason }) => reason)).toContain('Its configuration changed.');
    expect(plan.problems).toMatchObject([
      { code: 'NODE_REMOVED', severity: 'warning', nodeKey: 'c' },
    ]);
  });

  it('carries on the context that reused nodes wrote, and only that', () => {
    const run = new Scenario(aGraph(['a', 'b'], ['a -> b'])).start();
    run.succeed('a', 1, { kept: 1 }).succeed('b', 2, { gone: 2 });
    const of = { old: { graph: run.compiled, state: run.run }, target: run.compiled };
    const plan = planRerun({ ...of, from: ['b'], patch: {} });
    expect(plan.context).toEqual({ kept: 1 });
    expect(newRunOf(run.compiled, plan).run.context).toEqual({ kept: 1 });
  });

  it('keeps a reference to the run that really executed a node', () => {
    const second = newRunOf(old.compiled, planRerun({ ...request, from: ['c'], patch: {} }));
    second.succeed('c');
    const plan = planRerun({
      old: { graph: old.compiled, state: { ...second.run, meta: { ...second.run.meta, id: '2' } } },
      target: old.compiled,
      from: ['c'],
      patch: {},
    });
    expect(plan.reuse.every(({ from }) => from?.runId === '1')).toBe(true);
  });

  it.each<[string, string[], RerunPatch, string]>([
    ['an unknown node', ['nobody'], {}, 'UNKNOWN_NODE'],
    ['an output of a node that is executed', ['a'], { nodeOutputs: { a: 1 } }, 'OUTPUT_OF_EXECUTED'],
    ['an output that is too large', [], { nodeOutputs: { a: 'x'.repeat(1_000_001) } }, 'OUTPUT_TOO_LARGE'],
    ['an input that is too large', [], { input: { value: 'x'.repeat(1_000_001) } }, 'INPUT_TOO_LARGE'],
  ])('refuses %s', (_name, from, patch, code) => {
    expect(planRerun({ ...request, from, patch }).problems.map((p) => p.code)).toEqual([code]);
  }); // prettier-ignore
});

describe('rerun in place', () => {
  const graph = aGraph(['a', reading('b', 'nodes.a.output'), 'c', 'x'], ['a -> b', 'b -> c']);
  const ended = () =>
    new Scenario(graph).start().succeed('a', 1).succeed('b').succeed('c').succeed('x');

  it('begins new attempts of several nodes and reopens the run', () => {
    const run = ended();
    expect(rerun(run, ['b', 'x']).ok).toBe(true);
    expect(run.states()).toBe('a:succeeded b:queued c:pending x:queued');
    expect(run.run).toMatchObject({ state: 'running', endedAt: null });
    expect(run.node('b')).toMatchObject({ attempt: 2, by: { actor: ANA, action: 'rerun' } });
    expect(run.changes?.attempts).toMatchObject([
      { nodeKey: 'b', number: 2, by: ANA },
      { nodeKey: 'x', number: 2, by: ANA },
    ]);
  });

  it('takes given outputs, inputs and the input of the run', () => {
    const run = ended();
    const patch = {
      nodeOutputs: { a: 5 },
      nodeInputs: { c: 'edited' },
      input: { value: { n: 2 } },
    };
    expect(rerun(run, [], patch).ok).toBe(true);
    expect(run.states()).toBe('a:succeeded b:queued c:pending x:succeeded');
    expect(run.node('a')).toMatchObject({ output: 5, attempt: 1, by: { action: 'rerun' } });
    expect(run.node('b').input).toBe(5);
    expect(run.succeed('b').node('c').input).toBe('edited');
    expect(run.run.input).toEqual({ n: 2 });
  });

  it('is refused where a retry would be, by name', () => {
    const messageOf = (run: Scenario, from: string[], patch: RerunPatch = {}) => {
      const result = rerun(run, from, patch);
      return result.ok ? 'accepted' : result.refusal.message;
    };
    const run = new Scenario(graph).start().succeed('a');
    expect(messageOf(run, ['a'])).toContain('"b" after "a" is still active');
    expect(messageOf(run, ['b'])).toContain('"b" is still active');
    expect(messageOf(run, ['c'])).toContain('"c" has not run yet');
    expect(messageOf(run, [])).toContain('Name the nodes');
    expect(messageOf(ended(), ['a'], { nodeOutputs: { a: 1 } })).toContain('cannot both');
    expect(messageOf(ended(), ['b'], { nodeInputs: { x: 1 } })).toContain('"x" is not run again');
    expect(messageOf(ended(), ['b'], { nodeInputs: { nobody: 1 } })).toContain('no node "nobody"');
    const state = copyRun(run.run);
    const plan = planRerun({ old: { graph: run.compiled, state }, target: run.compiled, from: ['a'], patch: {}, isInPlace: true }); // prettier-ignore
    expect(plan.problems).toMatchObject([{ code: 'ILLEGAL', severity: 'error' }]);
  });

  it('decides edges with the new input of the run', () => {
    const branch = aGraph(['a', 'big', 'small'], [anEdge('a -> big', 'input.n > 5.0'), anEdge('a -> small', 'input.n <= 5.0')]); // prettier-ignore
    const run = new Scenario(branch, { n: 9 }).start().succeed('a').succeed('big');
    rerun(run, [], { nodeOutputs: { a: 1 }, input: { value: { n: 1 } } });
    expect(run.states()).toBe('a:succeeded big:skipped small:queued');
  });

  it('P3: is refused for a node that its join would only skip', () => {
    const run = new Scenario(aGraph(['a', 'b', 'c'], ['a -> b', 'a:failure -> c'])).start();
    run.succeed('a').succeed('b');
    const refused = rerun(run, ['c']);
    expect(!refused.ok && refused.refusal.message).toContain('its join is not satisfied');
    expect(rerun(run, ['a', 'c']).ok).toBe(true);
  });

  it('is previewed by the same rules', () => {
    const run = ended();
    const old = { graph: run.compiled, state: run.run };
    const plan = planRerun({ old, target: run.compiled, from: ['b'], patch: {}, isInPlace: true });
    expect(effects(plan)).toBe('a:reused x:reused b:reexecuted c:reexecuted');
  });
});

const RUNS = 400;
/** A guard against a hang on a busy machine, not a measure. */
const TIMEOUT_MS = 180_000;

function world(seed: number, isLucky: boolean): World {
  const times = seededChooser(seed + 7);
  return {
    outcomeOf(nodeKey, attempt): Outcome {
      const choose = seededChooser(seed * 7_919 + Number(nodeKey.slice(1)) * 101 + attempt);
      if (isLucky || !chance(choose, 25)) {
        const contextAppend = chance(choose, 15) ? { [pick(choose, ['a', 'b'])]: attempt } : {};
        return { kind: 'succeeds', output: { n: choose.int(99) }, contextAppend };
      }
      return { kind: 'fails', error: { code: 'BUSY', message: 'no luck' } };
    },
    durationMs: () => times.int(500),
  };
}

/** What is executed must be able to succeed, or the preview's one assumption would not hold. */
function timeless(graph: GraphDocument): GraphDocument {
  const { deadlineMs: _run, ...settings } = graph.settings;
  const nodes = graph.nodes.map(({ deadlineMs: _node, timeoutMs: _attempt, ...node }) => node);
  return { ...graph, settings, nodes };
}

function randomPatch(
  choose: Chooser,
  keys: string[],
  old: RunState,
): { from: string[]; patch: RerunPatch } {
  const from = [...new Set(Array.from({ length: choose.int(2) }, () => pick(choose, keys)))];
  const patch: RerunPatch = {};
  const given = pick(choose, keys);
  if (chance(choose, 40) && !from.includes(given))
    patch.nodeOutputs = { [given]: { n: choose.int(99) } };
  if (chance(choose, 30)) patch.input = { value: { n: choose.int(99) } };
  expect(old.endedAt).not.toBeNull();
  return { from, patch };
}

/** What the plan said is what happened, wherever it was certain. */
function expectForetold(
  plan: RerunPlan,
  graph: GraphDocument,
  states: { before: RunState | null; after: RunState },
): void {
  const { before, after } = states;
  // A condition or a config that cannot be evaluated over what was executed is the one surprise left out.
  const failed = [...after.nodes.values()].filter(({ state }) => state === 'failed');
  const isSurprised = failed.some(({ key }) => readsNodes(graph, key));
  if (isSurprised || after.uncaught.some((id) => id.startsWith('edge:'))) return;
  for (const { key, effect, isCertain, reason } of plan.nodes) {
    if (!isCertain) continue;
    const node = after.nodes.get(key);
    const began = (node?.attempt ?? 0) > (before?.nodes.get(key)?.attempt ?? 0);
    const happened = began ? 'reexecuted' : node?.state === 'skipped' ? 'skipped' : 'reused';
    const isAsSaid = effect === 'unchanged' ? happened !== 'reexecuted' : happened === effect;
    const said = `${key} was to be ${effect} (${reason}), but was ${happened} and is ${node?.state}`;
    expect(isAsSaid, `${said}; the run is ${after.state}: ${after.error?.message}`).toBe(true);
  }
}

function readsNodes(graph: GraphDocument, key: string): boolean {
  return JSON.stringify(graph.nodes.find((node) => node.key === key)?.config).includes('nodes.');
}

function comparePreviewWithDeed(seed: number): void {
  const choose = seededChooser(seed);
  const graph = timeless(randomGraph(choose, { nodesMax: 12, isAlone: true }));
  const compiled = mustCompile(graph);
  const { state } = runToEnd(compiled, { n: choose.int(99) }, world(seed, false));
  const { from, patch } = randomPatch(choose, [...compiled.nodes.keys()], state);
  const old = { graph: compiled, state };
  const plan = planRerun({ old, target: compiled, from, patch });
  if (!plan.problems.some(({ severity }) => severity === 'error')) {
    const { reuse, context, input } = plan;
    const after = runToEnd(compiled, input, world(seed + 1, true), {
      type: 'runStarted',
      reuse,
      context,
    });
    expectForetold(plan, graph, { before: null, after: after.state });
    expect(plan.nodes).toHaveLength(compiled.nodes.size - compiled.undoNodes.length);
  }
  const inPlace = planRerun({ old, target: compiled, from, patch, isInPlace: true });
  if (inPlace.problems.length > 0) return;
  const run = new Scenario(graph, state.input);
  run.run = advance(copyRun(state), {
    nodes: new Map(),
    counters: new Map(),
    attempts: [],
    items: [],
  });
  run.now = 1_000_000;
  run.do({ type: 'rerunRequested', from, patch, actor: ANA, reason: null });
  while (run.run.endedAt === null) goOn(run, seed);
  expectForetold(inPlace, graph, { before: state, after: run.run });
}

function goOn(run: Scenario, seed: number): void {
  const [task] = run.table.open();
  if (task) run.succeed(task.nodeKey, { n: (seed * 31 + run.now) % 100 });
  else run.fireNext();
}

describe('the preview and the deed', () => {
  it('agree wherever the preview is certain', { timeout: TIMEOUT_MS }, () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      try {
        comparePreviewWithDeed(seed);
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
      }
    }
  });
});
