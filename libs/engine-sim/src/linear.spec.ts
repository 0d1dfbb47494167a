import { describe, expect, it } from 'vitest';
import {
  advance,
  newRun,
  step,
  type ChildItem,
  type EngineEvent,
  type RunState,
} from '@heddle/engine';
import type { Json, JsonObject } from '@heddle/kernel';
import { aGraph, aNode, mustCompile, SIM_META } from './index.js';

/** A list that counts how often an element is looked at. */
function counting<T>(list: T[], count: () => void): T[] {
  return new Proxy(list, {
    get(target, name, receiver) {
      if (typeof name === 'string' && /^\d+$/.test(name)) count();
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
}

/**
 * Elements looked at and things written while a `forEach` over so many items goes from start to end,
 * its items ending in an order of their own.
 */
function workOf(itemCount: number): { work: number; output: Json } {
  const config: JsonObject = {
    items: 'input.list',
    concurrency: 100,
    label: '${{ item }}',
    stopWhen: 'failed > 0',
    tolerate: { share: 0.5 },
    body: aGraph(['work']) as never,
  };
  const graph = mustCompile(aGraph([aNode('each', { type: 'forEach', config })]));
  const list = Array.from({ length: itemCount }, (_, i) => i);
  let work = 0;
  const count = () => work++;
  const items = new Map([['each', counting<ChildItem>([], count)]]);
  let run: RunState = { ...newRun(graph, { input: { list }, meta: SIM_META }), items };
  const open: { index: number; try: number }[] = [];
  const offer = (event: EngineEvent) => {
    const result = step(graph, run, event);
    if (!result.ok) throw new Error(result.refusal.message);
    const { changes, effects } = result;
    work += changes.items.length + changes.nodes.size + changes.attempts.length + effects.length;
    run = advance(run, changes);
    for (const effect of effects) if (effect.type === 'startChild') open.push(effect);
  };
  offer({ type: 'runStarted', at: 1, random: 0 });
  const node = run.nodes.get('each');
  if (!node) throw new Error('the node did not start');
  const input = counting(node.input as Json[], count);
  (run.nodes as Map<string, typeof node>).set('each', { ...node, input });
  while (open.length > 0) {
    const { index, try: tryNumber } = open.splice(
      ((open.length * 7) % 13) % open.length,
      1,
    )[0] as never;
    const place = { nodeKey: 'each', generation: 1, index, try: tryNumber };
    const end = { state: 'succeeded', output: index, error: null } as const;
    offer({ type: 'childEnded', at: 2, random: 0, ...place, ...end });
  }
  return { work, output: run.nodes.get('each')?.output ?? null };
}

describe('a forEach over thousands of items', { timeout: 180_000 }, () => {
  it('does work in proportion to the number of items', () => {
    const [small, large] = [workOf(1_000), workOf(10_000)];
    expect(large.output).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
    // The first items are started together, so a little less is done for each of few.
    expect(large.work).toBeLessThanOrEqual(small.work * 10 * 1.02);
    expect(large.work).toBeLessThanOrEqual(10_000 * 12);
  });
});
