import { sizeWithin } from '@heddle/expression';
import { topologicalOrder } from '@heddle/graph';
import type { Json } from '@heddle/kernel';
import type { CompiledNode } from './compile.js';
import { isOpen, type Draft } from './draft.js';
import type { EngineEvent, RerunPatch, ReusedNode } from './event.js';
import { joinCounts, joinOutcome } from './join.js';
import { skipByJoin } from './lifecycle.js';
import { ENGINE_LIMITS } from './limits.js';
import { closeNode } from './node-end.js';
import { expectOutputWithin } from './operator.js';
import { illegal, unknownNode } from './refusal.js';
import { expectStartable, namesOf, resetFrom } from './reset.js';
import type { NodeStateName } from './state.js';
import { expectInNormalCourse } from './undoing.js';
import { SUCCESS_PORTS } from './verdicts.js';

type RunStarted = Extract<EngineEvent, { type: 'runStarted' }>;
type RerunRequest = Extract<EngineEvent, { type: 'rerunRequested' }>;

/**
 * Repeats nodes of this run as new attempts, with everything after them. A node with a given output is not
 * executed: it counts as succeeded at once, like one that is marked.
 */
export function rerunNodes(draft: Draft, event: RerunRequest): void {
  const { patch } = event;
  const from = new Set(event.from);
  const outputs = new Map(Object.entries(patch.nodeOutputs ?? {}));
  const roots = expectRoots(draft, from, outputs);
  const inputs = Object.entries(patch.nodeInputs ?? {});
  for (const [key, input] of inputs) expectEditable(draft, key, input);
  if (patch.input) draft.set('input', expectInputWithin(patch.input.value));
  const ended = roots.filter(({ key }) => !isOpen(nodeState(draft, key)));
  const reset = resetFrom(draft, ended);
  expectRepeated(draft, inputs, { from, outputs, reset });
  for (const [key, value] of inputs) draft.edit(key).editedInput = { value };
  const by = { actor: event.actor, action: 'rerun', reason: event.reason } as const;
  for (const { key } of roots) draft.edit(key).by = by;
  for (const compiled of inOrder(draft, roots)) {
    const output = outputs.get(compiled.key);
    if (output === undefined) continue;
    draft.edit(compiled.key).output = output;
    closeNode(draft, compiled, { state: 'succeeded', ports: SUCCESS_PORTS });
  }
  for (const key of from) expectStartable(draft, draft.compiled(key));
  draft.toConsider.push(...roots, ...reset);
}

function nodeState(draft: Draft, key: string): NodeStateName {
  return draft.node(key)?.state ?? 'pending';
}

/** The nodes that are repeated or replaced by themselves, checked to be neither active nor never reached. */
function expectRoots(
  draft: Draft,
  from: ReadonlySet<string>,
  outputs: ReadonlyMap<string, Json>,
): CompiledNode[] {
  const keys = [...new Set([...from, ...outputs.keys()])];
  if (keys.length === 0) throw illegal('Name the nodes to run again, or give outputs of nodes.');
  for (const key of keys) {
    if (!draft.graph.nodes.has(key)) throw unknownNode(key);
    expectInNormalCourse(draft, draft.compiled(key));
    if (from.has(key) && outputs.has(key)) {
      throw illegal(`Node "${key}" cannot both be run again and be given an output.`);
    }
  }
  const active = keys.filter(
    (key) => nodeState(draft, key) !== 'pending' && isOpen(nodeState(draft, key)),
  );
  if (active.length > 0) {
    const what = active.length === 1 ? 'is' : 'are';
    throw illegal(`${namesOf(active)} ${what} still active; wait for the end or cancel first.`);
  }
  const unreached = [...from].filter((key) => nodeState(draft, key) === 'pending');
  if (unreached.length > 0) {
    const what = unreached.length === 1 ? 'has' : 'have';
    throw illegal(`${namesOf(unreached)} ${what} not run yet: there is nothing to run again.`);
  }
  for (const output of outputs.values()) expectOutputWithin(output);
  return keys.map((key) => draft.compiled(key));
}

function expectEditable(draft: Draft, key: string, input: Json): void {
  const compiled = draft.graph.nodes.get(key);
  if (!compiled) throw unknownNode(key);
  if (!compiled.type.hasEditableInput) {
    throw illegal(`A ${compiled.type.type} node has no input that could be edited.`);
  }
  expectInputWithin(input);
}

function expectInputWithin(input: Json): Json {
  if (sizeWithin(input, ENGINE_LIMITS.inputSizeMax) !== null) return input;
  throw illegal(
    `The input is larger than ${ENGINE_LIMITS.inputSizeMax} characters of JSON or nested too deeply.`,
  );
}

/** An edited input of a node that is not executed again would be lost without a word. */
function expectRepeated(
  draft: Draft,
  inputs: readonly [key: string, input: Json][],
  {
    from,
    outputs,
    reset,
  }: {
    from: ReadonlySet<string>;
    outputs: ReadonlyMap<string, Json>;
    reset: readonly CompiledNode[];
  },
): void {
  const repeated = new Set([...from, ...reset.map(({ key }) => key)]);
  for (const [key] of inputs) {
    if (repeated.has(key) && !outputs.has(key)) continue;
    if (nodeState(draft, key) === 'pending' && !outputs.has(key)) continue;
    throw illegal(`Node "${key}" is not run again, so its input cannot be edited.`);
  }
}

/** Conditions read what comes before, so ends are decided in this order. */
function inOrder(draft: Draft, nodes: readonly CompiledNode[]): CompiledNode[] {
  const wanted = new Set(nodes.map(({ key }) => key));
  const order = topologicalOrder(draft.graph.graph) ?? [];
  return order.filter((key) => wanted.has(key)).map((key) => draft.compiled(key));
}

/** Lets the nodes of an earlier run count in this one: no attempts, no tasks. Joins that can only skip do so at once. */
export function seedReused(
  draft: Draft,
  { reuse = [], nodeInputs = {}, context }: RunStarted,
): void {
  if (context) draft.set('context', context);
  for (const [key, value] of Object.entries(nodeInputs)) {
    expectEditable(draft, key, value);
    draft.edit(key).editedInput = { value };
  }
  const seeds = new Set(reuse.map(({ nodeKey }) => nodeKey));
  let considered = 0;
  for (const seed of reuse) {
    seedNode(draft, seed);
    // Conditions of later seeds may read the state of a node that is skipped.
    for (; considered < draft.toConsider.length; considered++) {
      skipIfDead(draft, draft.toConsider[considered] as CompiledNode, seeds);
    }
  }
}

function seedNode(draft: Draft, { nodeKey, from, output, ports = [] }: ReusedNode): void {
  if (!draft.graph.nodes.has(nodeKey)) throw unknownNode(nodeKey);
  const compiled = draft.compiled(nodeKey);
  if (!isOpen(nodeState(draft, nodeKey))) {
    throw illegal(`Node "${nodeKey}" is reused twice.`);
  }
  const node = draft.edit(nodeKey);
  node.output = output;
  node.reusedFrom = from;
  closeNode(draft, compiled, { state: 'succeeded', ports: new Set([...SUCCESS_PORTS, ...ports]) });
  // What this run did not do it does not undo.
  node.completion = null;
}

function skipIfDead(draft: Draft, compiled: CompiledNode, seeds: ReadonlySet<string>): void {
  const node = draft.node(compiled.key);
  if (seeds.has(compiled.key) || nodeState(draft, compiled.key) !== 'pending') return;
  if (joinOutcome(compiled.join, joinCounts(compiled, node)) === 'skip')
    skipByJoin(draft, compiled);
}

/** What a patch gives for one node. */
export function patchedOutput(patch: RerunPatch, key: string): { value: Json } | null {
  const outputs = patch.nodeOutputs;
  return outputs && Object.hasOwn(outputs, key) ? { value: outputs[key] as Json } : null;
}
