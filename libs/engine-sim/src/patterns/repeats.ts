import { aNode } from '../builders.js';
import { choice, each, graph, joined, loop, same, see, signal, type Pattern } from './pattern.js';
import { play } from './play.js';

const work = () => graph(['work'], [], { output: '${{ nodes.work.output }}' });
/** Items take 10, 20, 30 … milliseconds. */
const growing = () =>
  graph(
    [
      aNode('pause', {
        type: 'wait',
        config: { until: 'duration(string(int(input.item) * 10) + "ms")' },
      }),
      'work',
    ],
    ['pause -> work'],
    { output: '${{ input.item }}' },
  );

/** Several executions of one part. */
export const REPEATS: readonly Pattern[] = [
  {
    id: 12,
    name: 'Multiple Instances without Synchronization',
    status: 'supported',
    how: 'A `forEach` on a branch of its own: nothing after it waits for its items.',
    graph: graph(['a', each('many', '[1, 2, 3]', work()), 'b'], ['a -> many', 'a -> b']),
    show(drawn) {
      const run = play(drawn, { ms: { work: 500 } });
      same([run.count('work'), run.atOnce('work'), run.from('b')], [3, 3, 10], 'b does not wait');
    },
  },
  {
    id: 13,
    name: 'Multiple Instances with a Priori Design-Time Knowledge',
    status: 'supported',
    how: 'A `forEach` over a list written in the graph; what follows waits for all items.',
    graph: graph([each('many', '[1, 2, 3]', work()), 'b'], ['many -> b']),
    show(drawn) {
      const run = play(drawn);
      same([run.count('work'), run.from('b')], [3, 10], 'b comes after three');
    },
  },
  {
    id: 14,
    name: 'Multiple Instances with a Priori Run-Time Knowledge',
    status: 'supported',
    how: 'A `forEach` over a list that an expression gives when the node starts.',
    graph: graph(
      ['list', each('many', 'nodes.list.output', work()), 'b'],
      ['list -> many', 'many -> b'],
    ),
    show(drawn) {
      const outputs = { list: () => ['x', 'y', 'z', 'u'], work: () => 1 };
      const run = play(drawn, { outputs });
      same([run.count('work'), run.output('many')], [4, [1, 1, 1, 1]], 'one for each');
    },
  },
  {
    id: 15,
    name: 'Multiple Instances without a Priori Run-Time Knowledge',
    status: 'partial',
    how: 'A workflow that works and, when told so meanwhile, runs itself once more beside: instances are added while others run, and the first ends after all. Recursion is at most 8 deep, so this is for few instances.',
    graph: graph(
      [aNode('first', { type: 'subworkflow', config: { workflow: 'oneMore', input: {} } }), 'b'],
      ['first -> b'],
    ),
    show(drawn) {
      const again = aNode('again', {
        type: 'subworkflow',
        config: { workflow: 'oneMore', input: {} },
      });
      const more = signal('more', { expiresMs: 50, onExpiry: 'succeed' });
      const isTold = 'nodes.more.output == true';
      const oneMore = graph(
        ['work', more, again],
        [{ id: 'x', source: 'more', target: 'again', port: 'success', when: isTold }],
      );
      const run = play(drawn, {
        workflows: { oneMore },
        ms: { work: 40 },
        at: [
          [5, (stage) => see(stage.signal('more', true), 'one more is asked for')],
          [20, (stage) => see(stage.signal('more', true), 'and one more')],
        ],
      });
      same(
        [run.count('work'), run.atOnce('work'), run.from('b')],
        [3, 3, 70],
        'three at once, then b',
      );
    },
  },
  {
    id: 26,
    name: 'Cancel Multiple Instance Activity',
    status: 'supported',
    how: 'Canceling the `forEach` (by hand, by its timeout, by the end of its graph) cancels every item that runs and starts no other; outputs of ended items are not used.',
    graph: graph(
      [each('many', '[1, 2, 3, 4]', work(), { concurrency: 2 }), 'undo'],
      ['many:failure -> undo'],
    ),
    show(drawn) {
      const cancel = { type: 'nodeCancelRequested', nodeKey: 'many' } as const;
      const run = play(drawn, {
        at: [[15, (stage) => stage.operate((by) => ({ ...cancel, ...by }))]],
      });
      same(
        [run.count('work'), run.state('many'), run.count('undo')],
        [2, 'canceled', 1],
        'two had ended',
      );
    },
  },
  {
    id: 27,
    name: 'Complete Multiple Instance Activity',
    status: 'supported',
    how: 'Skipping the `forEach` with an output, or marking it succeeded: running items are canceled, no other starts, and what follows goes on.',
    graph: graph(
      [each('many', '[1, 2, 3, 4]', work(), { concurrency: 2 }), 'next'],
      ['many -> next'],
    ),
    show(drawn) {
      const skip = { type: 'nodeSkipRequested', nodeKey: 'many', output: 'done' } as const;
      const at = play(drawn, {
        at: [[15, (stage) => stage.operate((by) => ({ ...skip, ...by }))]],
      });
      same([at.count('work'), at.count('next'), at.run.state], [2, 1, 'succeeded'], 'next goes on');
    },
  },
  {
    id: 34,
    name: 'Static Partial Join for Multiple Instances',
    status: 'partial',
    how: 'For a number known when drawing, the instances are drawn as nodes and joined `n-of-m`: the rest runs on, unheeded. A `forEach` goes on early only by canceling the rest.',
    graph: graph(['w1', 'w2', 'w3', joined('next', 2)], ['w1 -> next', 'w2 -> next', 'w3 -> next']),
    show(drawn) {
      const run = play(drawn, { ms: { w1: 10, w2: 20, w3: 90 } });
      same([run.from('next'), run.count('w3')], [20, 1], 'w3 runs on');
    },
  },
  {
    id: 35,
    name: 'Static Cancelling Partial Join for Multiple Instances',
    status: 'supported',
    how: 'A `forEach` with `stopWhen` over the number of items that succeeded: the others are canceled.',
    graph: graph(
      [each('many', '[1, 2, 3, 4]', growing(), { stopWhen: 'succeeded >= 2' }), 'next'],
      ['many -> next'],
    ),
    show(drawn) {
      const run = play(drawn, { ms: { work: 1 } });
      same(run.output('many'), [1, 2, null, null], 'two of four');
      same([run.count('work'), run.from('next')], [2, 21], 'at the second');
    },
  },
  {
    id: 36,
    name: 'Dynamic Partial Join for Multiple Instances',
    status: 'partial',
    how: '`stopWhen` is evaluated after every item and may look at its output, so the condition is as dynamic as the data. Items cannot be added while the node runs.',
    graph: graph(
      [each('many', '[1, 2, 3, 4]', growing(), { stopWhen: 'output == input.enough' }), 'next'],
      ['many -> next'],
    ),
    show(drawn) {
      same(
        play(drawn, { input: { enough: 3 } }).output('many'),
        [1, 2, 3, null],
        'until one is enough',
      );
    },
  },
  {
    id: 41,
    name: 'Thread Merge',
    status: 'supported',
    how: 'Threads of one branch are items of a `forEach`; its end merges all of them, or as many as `stopWhen` says, into one.',
    graph: graph(
      [each('threads', 'range(3)', graph(['a', 'b'], ['a -> b'])), 'merged'],
      ['threads -> merged'],
    ),
    show(drawn) {
      const run = play(drawn);
      same(
        [run.count('b'), run.count('merged'), run.from('merged')],
        [3, 1, 20],
        'one after three',
      );
    },
  },
  {
    id: 42,
    name: 'Thread Split',
    status: 'supported',
    how: 'A `forEach` over `range(n)`: n threads run the branch drawn inside it.',
    graph: graph(
      ['start', each('threads', 'range(4)', graph(['a', 'b'], ['a -> b']))],
      ['start -> threads'],
    ),
    show(drawn) {
      const run = play(drawn);
      same([run.atOnce('a'), run.count('a'), run.count('b')], [4, 4, 4], 'four threads');
    },
  },
  {
    id: 10,
    name: 'Arbitrary Cycles',
    status: 'partial',
    how: 'Graphs have no circles. A cycle with several entries and exits is a state machine: a `loop` whose iterations do one step and say in their output which comes next. It works, but is not the picture.',
    graph: graph([
      loop(
        'machine',
        'output.next == "exit"',
        graph(
          [
            choice('step', { a: 'input.next == "a"', b: 'input.next == "b"' }),
            'a',
            'b',
            'c',
            aNode('told', {
              type: 'transform',
              config: {
                output: {
                  next: '${{ dyn([nodes.a.output, nodes.b.output, nodes.c.output]).filter(x, x != null)[0] }}',
                },
              },
            }),
          ],
          [
            'step:a -> a',
            'step:b -> b',
            'step:default -> c',
            'a -> told',
            'b -> told',
            'c -> told',
          ],
          { output: '${{ nodes.told.output }}' },
        ),
        { input: { next: '${{ previous == null ? input.entry : previous.next }}' } },
      ),
    ]),
    show(drawn) {
      const left: Record<string, string[]> = { a: ['b', 'c'], b: ['a', 'exit'], c: ['b'] };
      const next = (key: string) => () => left[key]?.shift() ?? 'exit';
      const outputs = { a: next('a'), b: next('b'), c: next('c') };
      same(play(drawn, { input: { entry: 'a' }, outputs }).order(), 'a b a c b', 'order');
    },
  },
];
