import { aNode } from '../builders.js';
import { choice, end, graph, loop, same, see, type Pattern } from './pattern.js';
import { play } from './play.js';

const countdown = graph(
  [
    choice('more', { yes: 'input.n > 1' }),
    'a',
    aNode('again', {
      type: 'subworkflow',
      config: { workflow: 'countdown', input: { n: '${{ input.n - 1 }}' } },
    }),
  ],
  ['more -> a', 'more:yes -> again'],
);

/** Loops, recursion, cancellation and the end. */
export const ENDINGS: readonly Pattern[] = [
  {
    id: 11,
    name: 'Implicit Termination',
    status: 'supported',
    how: 'A run ends when nothing is open any more; no end node is needed.',
    graph: graph(['a', 'b', 'c'], ['a -> b', 'a -> c']),
    show(drawn) {
      const run = play(drawn, { ms: { c: 80 } });
      same([run.run.state, run.run.endedAt], ['succeeded', 90], 'end');
    },
  },
  {
    id: 19,
    name: 'Cancel Task',
    status: 'supported',
    how: 'A person, or the node’s timeout or deadline, cancels one node, before it starts or while it runs; its `failure` edge may go on.',
    graph: graph(['a', 'b', 'c', 'caught'], ['a -> b', 'b -> c', 'b:failure -> caught']),
    show(drawn) {
      const cancel = { type: 'nodeCancelRequested', nodeKey: 'b' } as const;
      const at = (ms: number) =>
        play(drawn, { at: [[ms, (stage) => stage.operate((by) => ({ ...cancel, ...by }))]] });
      same(
        [at(15).count('b'), at(15).state('c'), at(15).count('caught')],
        [0, 'skipped', 1],
        'running',
      );
      see(!at(5).order().includes('b'), 'b never starts when it is canceled before');
    },
  },
  {
    id: 20,
    name: 'Cancel Case',
    status: 'supported',
    how: 'Canceling the run cancels everything that is open, child runs included.',
    graph: graph(['a', loop('cycle', 'false', graph(['b']))], ['a -> cycle']),
    show(drawn) {
      const cancel = { type: 'runCancelRequested' } as const;
      const run = play(drawn, {
        at: [[35, (stage) => stage.operate((by) => ({ ...cancel, ...by }))]],
      });
      same([run.run.state, run.count('b')], ['canceled', 2], 'end');
      see(
        run.tree.runs.every((other) => other.state.endedAt !== null),
        'no child run goes on',
      );
    },
  },
  {
    id: 21,
    name: 'Structured Loop',
    status: 'supported',
    how: 'A `loop`: its body, then its condition; a decision before it makes it a while-loop.',
    graph: graph(
      [
        choice('enter', { yes: 'input.n > 0' }),
        loop('cycle', 'index + 1 >= int(input.n)', graph(['a'])),
        'z',
      ],
      ['enter:yes -> cycle', 'enter:default -> z', 'cycle -> z'],
    ),
    show(drawn) {
      same(play(drawn, { input: { n: 3 } }).order(), 'a a a z', 'three times');
      same(play(drawn, { input: { n: 0 } }).order(), 'z', 'not at all');
    },
  },
  {
    id: 22,
    name: 'Recursion',
    status: 'supported',
    how: 'A `subworkflow` that names the workflow it stands in, at most 8 deep.',
    graph: countdown,
    show(drawn) {
      const run = play(drawn, { input: { n: 4 }, workflows: { countdown } });
      same([run.count('a'), run.run.state], [4, 'succeeded'], 'four levels');
      same(
        play(drawn, { input: { n: 20 }, workflows: { countdown } }).run.state,
        'failed',
        'bounded',
      );
    },
  },
  {
    id: 43,
    name: 'Explicit Termination',
    status: 'supported',
    how: 'A `succeed` or `fail` node ends the run at once; what still runs is canceled.',
    graph: graph(['a', 'b', end('done')], ['a -> done']),
    show(drawn) {
      const run = play(drawn, { ms: { b: 500 } });
      same([run.run.state, run.run.endedAt, run.state('b')], ['succeeded', 10, 'canceled'], 'end');
    },
  },
];
