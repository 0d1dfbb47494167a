import {
  choice, each, end, graph, block, joined, loop, same, see, signal, type Pattern,
} from './pattern.js'; // prettier-ignore
import { play } from './play.js';

const MS = { a: 20, b: 40, c: 60 };

const route = choice('route', { toB: 'input.item == "b"' });

/** Joins that start early, late, or more than once. */
export const MERGES: readonly Pattern[] = [
  {
    id: 8,
    name: 'Multi-Merge',
    status: 'supported',
    how: 'The branches are items of a `forEach`, each a run of one graph in which they merge without waiting: what follows the merge runs once per branch.',
    graph: graph(
      [
        'a',
        each(
          'split',
          '["b", "c"]',
          graph(
            [route, 'b', 'c', 'd'],
            ['route:toB -> b', 'route:default -> c', 'b -> d', 'c -> d'],
          ),
        ),
      ],
      ['a -> split'],
    ),
    show(drawn) {
      const run = play(drawn, { ms: { b: 5, c: 70 } });
      same(run.order(), 'a b c d d', 'order');
      same(run.count('d'), 2, 'runs of d');
      same(run.from('d'), 15, 'd follows b without waiting for c');
    },
  },
  {
    id: 9,
    name: 'Structured Discriminator',
    status: 'supported',
    how: 'Join `first`: the first branch starts the node, later ones are ignored but run to their end.',
    graph: graph(['a', 'b', joined('d', 'first')], ['a -> d', 'b -> d']),
    show(drawn) {
      const run = play(drawn, { ms: MS });
      same(run.from('d'), 20, 'start of d');
      same([run.count('d'), run.count('b')], [1, 1], 'runs of d and b');
    },
  },
  {
    id: 28,
    name: 'Blocking Discriminator',
    status: 'supported',
    how: 'A discriminator in the body of a `loop`: an iteration ends when all its branches have ended, and only then can the discriminator be triggered again.',
    graph: graph([
      loop('again', 'index == 1', graph(['a', 'b', joined('d', 'first')], ['a -> d', 'b -> d'])),
    ]),
    show(drawn) {
      const run = play(drawn, { ms: MS });
      same(
        run.jobs.filter((job) => job.key === 'd').map((job) => job.from),
        [20, 60],
        'starts of d',
      );
      same(
        run.jobs.filter((job) => job.key === 'a').map((job) => job.from),
        [0, 40],
        'starts of a',
      );
    },
  },
  {
    id: 29,
    name: 'Cancelling Discriminator',
    status: 'supported',
    how: 'A `succeed` node with join `first` ends the graph it stands in, here a body: the branches that still run are canceled.',
    graph: graph(
      [
        block(
          'race',
          graph(['a', 'b', end('won', { join: { kind: 'first' } })], ['a -> won', 'b -> won']),
        ),
        'd',
      ],
      ['race -> d'],
    ),
    show(drawn) {
      const run = play(drawn, { ms: MS });
      same([run.count('a'), run.count('b'), run.from('d')], [1, 0, 20], 'a won, b was canceled');
    },
  },
  {
    id: 30,
    name: 'Structured Partial Join',
    status: 'supported',
    how: 'Join `n-of-m`: the n-th live edge starts the node, later ones are ignored.',
    graph: graph(['a', 'b', 'c', joined('d', 2)], ['a -> d', 'b -> d', 'c -> d']),
    show(drawn) {
      const run = play(drawn, { ms: MS });
      same([run.from('d'), run.count('d'), run.count('c')], [40, 1, 1], 'after two, once');
    },
  },
  {
    id: 31,
    name: 'Blocking Partial Join',
    status: 'supported',
    how: 'As the blocking discriminator, with `n-of-m`: the next iteration starts when the last branch of this one has ended.',
    graph: graph([
      loop(
        'again',
        'index == 1',
        graph(['a', 'b', 'c', joined('d', 2)], ['a -> d', 'b -> d', 'c -> d']),
      ),
    ]),
    show(drawn) {
      const run = play(drawn, { ms: MS });
      same(
        run.jobs.filter((job) => job.key === 'd').map((job) => job.from),
        [40, 100],
        'starts of d',
      );
    },
  },
  {
    id: 32,
    name: 'Cancelling Partial Join',
    status: 'supported',
    how: 'A `succeed` node with join `n-of-m` in a body: the n-th branch ends it, and the rest is canceled.',
    graph: graph(
      [
        block(
          'race',
          graph(
            ['a', 'b', 'c', end('enough', { join: { kind: 'n-of-m', n: 2 } })],
            ['a -> enough', 'b -> enough', 'c -> enough'],
          ),
        ),
        'd',
      ],
      ['race -> d'],
    ),
    show(drawn) {
      const run = play(drawn, { ms: MS });
      same([run.count('b'), run.count('c'), run.from('d')], [1, 0, 40], 'c was canceled after two');
    },
  },
  {
    id: 33,
    name: 'Generalized AND-Join',
    status: 'partial',
    how: 'Join `all` works in any acyclic graph, and triggers that are signals to the run are kept until a join needs them. A node runs once in a run, so a join does not fire again for triggers that edges bring.',
    graph: graph(
      [
        signal('left'),
        signal('right'),
        joined('first', 'all'),
        signal('left2', { name: 'left' }),
        signal('right2', { name: 'right' }),
        joined('second', 'all'),
      ],
      [
        'left -> first',
        'right -> first',
        'first -> left2',
        'first -> right2',
        'left2 -> second',
        'right2 -> second',
      ],
    ),
    show(drawn) {
      const run = play(drawn, {
        at: [
          [10, (stage) => (stage.send('left'), stage.send('left'))],
          [50, (stage) => stage.send('right')],
          [90, (stage) => stage.send('right')],
        ],
      });
      same([run.from('first'), run.from('second')], [50, 90], 'the second `left` was kept');
    },
  },
  {
    id: 37,
    name: 'Local Synchronizing Merge',
    status: 'supported',
    how: 'Join `any`: every edge becomes live or dead, also those behind nodes that are skipped, so the merge knows what still comes, however unstructured the branches are.',
    graph: graph(
      [choice('choose', { a: 'input.a', b: 'input.b' }, 'all'), 'a', 'b', 'c', 'd', 'e'],
      ['choose:a -> a', 'choose:b -> b', 'a -> c', 'b -> c', 'b -> d', 'c -> e', 'd -> e'],
    ),
    show(drawn) {
      const at = (a: boolean, b: boolean) => play(drawn, { input: { a, b }, ms: { d: 90 } });
      same(at(true, false).order(), 'a c e', 'a alone');
      same(at(false, true).from('e'), 100, 'e waits for d');
      same(at(true, true).count('e'), 1, 'runs of e');
      see(at(false, false).state('e') === 'skipped', 'nothing comes');
    },
  },
  {
    id: 38,
    name: 'General Synchronizing Merge',
    status: 'partial',
    how: 'Within one graph every merge knows exactly what can still arrive, whatever the shape. Cycles are bodies of `loop`, and a merge cannot wait for a branch that leaves the middle of a cycle.',
    graph: graph(
      [
        choice('choose', { skip: 'input.skip' }),
        loop('cycle', 'index == 2', graph(['a'])),
        'b',
        'c',
      ],
      ['choose:default -> cycle', 'choose -> b', 'cycle -> c', 'b -> c'],
    ),
    show(drawn) {
      same(play(drawn, { input: { skip: false } }).from('c'), 30, 'c waits for the cycle');
      same(play(drawn, { input: { skip: true } }).from('c'), 10, 'c does not wait');
    },
  },
];
