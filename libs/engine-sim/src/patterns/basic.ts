import { choice, graph, joined, same, see, type Pattern } from './pattern.js';
import { play } from './play.js';

const CASES = { big: 'input.n > 50', odd: 'int(input.n) % 2 == 1' };

/** Sequence, splits and plain merges. */
export const BASIC: readonly Pattern[] = [
  {
    id: 1,
    name: 'Sequence',
    status: 'supported',
    how: 'An edge: the target starts when the source has succeeded.',
    graph: graph(['a', 'b', 'c'], ['a -> b', 'b -> c']),
    show(drawn) {
      const run = play(drawn);
      same(run.order(), 'a b c', 'order');
      same(run.atOnce('a', 'b', 'c'), 1, 'at once');
    },
  },
  {
    id: 2,
    name: 'Parallel Split',
    status: 'supported',
    how: 'Several edges leave one node; their targets run at the same time.',
    graph: graph(['a', 'b', 'c'], ['a -> b', 'a -> c']),
    show(drawn) {
      const run = play(drawn);
      same(run.atOnce('b', 'c'), 2, 'b and c at once');
    },
  },
  {
    id: 3,
    name: 'Synchronization',
    status: 'supported',
    how: 'Join `all`: the node starts when every incoming edge is live.',
    graph: graph(['a', 'b', joined('c', 'all')], ['a -> c', 'b -> c']),
    show(drawn) {
      const run = play(drawn, { ms: { a: 5, b: 70 } });
      same(run.from('c'), 70, 'start of c');
      same(run.count('c'), 1, 'runs of c');
    },
  },
  {
    id: 4,
    name: 'Exclusive Choice',
    status: 'supported',
    how: 'A `decision` in mode `first`: exactly one of its ports is live.',
    graph: graph(
      [choice('choose', CASES), 'a', 'b', 'c'],
      ['choose:big -> a', 'choose:odd -> b', 'choose:default -> c'],
    ),
    show(drawn) {
      same(play(drawn, { input: { n: 51 } }).order(), 'a', '51');
      same(play(drawn, { input: { n: 7 } }).order(), 'b', '7');
      same(play(drawn, { input: { n: 8 } }).order(), 'c', '8');
    },
  },
  {
    id: 5,
    name: 'Simple Merge',
    status: 'supported',
    how: 'Join `any`, the default: the branch that was taken goes on, the dead one is not waited for.',
    graph: graph(
      [choice('choose', { left: 'input.left' }), 'a', 'b', 'c'],
      ['choose:left -> a', 'choose:default -> b', 'a -> c', 'b -> c'],
    ),
    show(drawn) {
      same(play(drawn, { input: { left: true } }).order(), 'a c', 'left');
      same(play(drawn, { input: { left: false } }).order(), 'b c', 'right');
    },
  },
  {
    id: 6,
    name: 'Multi-Choice',
    status: 'supported',
    how: 'A `decision` in mode `all`, or conditions on several edges: every one that holds is taken.',
    graph: graph(
      [choice('choose', CASES, 'all'), 'a', 'b'],
      ['choose:big -> a', 'choose:odd -> b'],
    ),
    show(drawn) {
      same(play(drawn, { input: { n: 53 } }).order(), 'a b', 'both');
      same(play(drawn, { input: { n: 52 } }).order(), 'a', 'one');
      same(play(drawn, { input: { n: 2 } }).order(), '', 'none');
    },
  },
  {
    id: 7,
    name: 'Structured Synchronizing Merge',
    status: 'supported',
    how: 'Join `any` after a multi-choice: it waits for exactly the branches that were taken.',
    graph: graph(
      [choice('choose', CASES, 'all'), 'a', 'b', 'c'],
      ['choose:big -> a', 'choose:odd -> b', 'a -> c', 'b -> c'],
    ),
    show(drawn) {
      const ms = { a: 5, b: 70 };
      same(play(drawn, { ms, input: { n: 53 } }).from('c'), 70, 'after both');
      same(play(drawn, { ms, input: { n: 52 } }).from('c'), 5, 'after one');
      see(play(drawn, { ms, input: { n: 2 } }).state('c') === 'skipped', 'c is skipped after none');
    },
  },
];
