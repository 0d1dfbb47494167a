import {
  block,
  choice,
  each,
  end,
  graph,
  joined,
  loop,
  same,
  see,
  signal,
  type Pattern,
} from './pattern.js';
import { play } from './play.js';

const byItem = () =>
  graph(
    [choice('route', { a: 'input.item == "a"', b: 'input.item == "b"' }), 'a', 'b', 'c'],
    ['route:a -> a', 'route:b -> b', 'route:default -> c'],
  );

/** What depends on the state the run is in. */
export const STATES: readonly Pattern[] = [
  {
    id: 16,
    name: 'Deferred Choice',
    status: 'supported',
    how: 'Several `signal`, `approval` or `wait` nodes in a body, each before a `succeed` node: what happens first ends the body, so the other ways are withdrawn.',
    graph: graph(
      [
        block(
          'choice',
          graph(
            [signal('pay'), signal('abort'), end('paid'), end('aborted')],
            ['pay -> paid', 'abort -> aborted'],
          ),
        ),
        'ship',
        'refund',
      ],
      [
        {
          id: 'p',
          source: 'choice',
          target: 'ship',
          port: 'success',
          when: 'nodes.choice.output == "paid"',
        },
        {
          id: 'a',
          source: 'choice',
          target: 'refund',
          port: 'success',
          when: 'nodes.choice.output == "aborted"',
        },
      ],
    ),
    show(drawn) {
      const told = (name: string) =>
        play(drawn, {
          at: [
            [10, (stage) => see(stage.signal(name), 'both are offered')],
            [
              20,
              (stage) =>
                see(!stage.signal(name === 'pay' ? 'abort' : 'pay'), 'the other is withdrawn'),
            ],
          ],
        }).order();
      same([told('pay'), told('abort')], ['ship', 'refund'], 'what was told first');
    },
  },
  {
    id: 17,
    name: 'Interleaved Parallel Routing',
    status: 'supported',
    how: 'A `loop` whose iterations each wait for somebody to say which task is next, and do it: any order, one at a time, once each; conditions of the decision keep the partial order (here `b` after `a`).',
    graph: graph(
      [
        loop(
          'tasks',
          'size(output.done) == 3',
          graph(
            [
              signal('next'),
              choice('allowed', {
                a: 'nodes.next.output == "a" && !("a" in input.done)',
                b: 'nodes.next.output == "b" && "a" in input.done && !("b" in input.done)',
                c: 'nodes.next.output == "c" && !("c" in input.done)',
              }),
              'a',
              'b',
              'c',
            ],
            ['next -> allowed', 'allowed:a -> a', 'allowed:b -> b', 'allowed:c -> c'],
            {
              output: {
                done: '${{ nodes.allowed.output.case == "default" ? input.done : input.done + [nodes.next.output] }}',
              },
            },
          ),
          { input: { done: '${{ previous == null ? [] : previous.done }}' } },
        ),
        'z',
      ],
      ['tasks -> z'],
    ),
    show(drawn) {
      const say = (
        at: number,
        what: string,
      ): [number, (s: { signal(n: string, p: string): boolean }) => void] => [
        at,
        (stage) => see(stage.signal('next', what), `${what} is awaited`),
      ];
      const run = play(drawn, { at: [say(5, 'b'), say(6, 'c'), say(30, 'a'), say(60, 'b')] });
      same(run.order(), 'c a b z', 'b was not allowed before a');
      same(run.atOnce('a', 'b', 'c'), 1, 'at once');
    },
  },
  {
    id: 18,
    name: 'Milestone',
    status: 'supported',
    how: 'The task is offered by a `signal` in a body that begins when the milestone is reached and is ended when it passes: before and after, the task cannot start.',
    graph: graph(
      [
        'reach',
        block(
          'window',
          graph(
            [signal('change'), 'update', signal('close'), end('over')],
            ['change -> update', 'close -> over'],
          ),
        ),
        'next',
      ],
      ['reach -> window', 'window -> next'],
    ),
    show(drawn) {
      const until = (changeAt: number) => {
        let isTaken = false;
        const run = play(drawn, {
          at: [
            [changeAt, (stage) => (isTaken = stage.signal('change'))],
            [60, (stage) => see(stage.signal('close'), 'the window is open')],
          ],
        });
        return [isTaken, run.count('update'), run.from('next')];
      };
      same(until(5), [false, 0, 60], 'too early');
      same(until(30), [true, 1, 60], 'in time');
      same(until(90), [false, 0, 60], 'too late');
    },
  },
  {
    id: 39,
    name: 'Critical Section',
    status: 'partial',
    how: 'Sections that are items of one `forEach` with one at a time never run together. Two branches of a graph cannot lock each other out, as there is no lock between nodes.',
    graph: graph([each('sections', '["a", "b", "c"]', byItem(), { concurrency: 1 })]),
    show(drawn) {
      const run = play(drawn);
      same([run.atOnce('a', 'b', 'c'), run.jobs.length], [1, 3], 'one at a time');
    },
  },
  {
    id: 40,
    name: 'Interleaved Routing',
    status: 'supported',
    how: 'A `forEach` with one at a time over the tasks, in whatever order its list has when it starts; its body leads each item to its task.',
    graph: graph([each('tasks', 'input.order', byItem(), { concurrency: 1 }), 'z'], ['tasks -> z']),
    show(drawn) {
      same(play(drawn, { input: { order: ['c', 'a', 'b'] } }).order(), 'c a b z', 'this order');
      const other = play(drawn, { input: { order: ['b', 'c', 'a'] } });
      same([other.order(), other.atOnce('a', 'b', 'c')], ['b c a z', 1], 'another order');
    },
  },
  {
    id: 23,
    name: 'Transient Trigger',
    status: 'supported',
    how: 'A signal addressed to whoever waits for it: when nobody does, it is refused and gone.',
    graph: graph(['a', signal('go'), 'b'], ['a -> go', 'go -> b']),
    show(drawn) {
      const run = play(drawn, {
        at: [
          [5, (stage) => see(!stage.signal('go'), 'nobody waits yet')],
          [30, (stage) => see(stage.signal('go'), 'it is awaited')],
        ],
      });
      same(run.from('b'), 30, 'start of b');
    },
  },
  {
    id: 24,
    name: 'Persistent Trigger',
    status: 'supported',
    how: 'A signal sent to the run: it is kept until a node waits for it.',
    graph: graph(['a', signal('go'), 'b'], ['a -> go', 'go -> b']),
    show(drawn) {
      same(play(drawn, { at: [[5, (stage) => stage.send('go')]] }).from('b'), 10, 'start of b');
    },
  },
  {
    id: 25,
    name: 'Cancel Region',
    status: 'partial',
    how: 'A region is a graph inside a node: its end, its failure, or canceling the node cancels all that runs in it and nothing else. Regions cannot overlap, nor hold nodes that are drawn elsewhere.',
    graph: graph(
      [
        block(
          'region',
          graph(
            ['a', 'b', signal('stop'), end('stopped', { join: { kind: 'first' } })],
            ['stop -> stopped'],
          ),
        ),
        'outside',
        joined('next', 'all'),
      ],
      ['region -> next', 'outside -> next'],
    ),
    show(drawn) {
      const run = play(drawn, {
        ms: { a: 10, b: 90, outside: 50 },
        at: [[30, (stage) => see(stage.signal('stop'), 'the region runs')]],
      });
      same(
        [run.count('a'), run.count('b'), run.count('outside'), run.from('next')],
        [1, 0, 1, 50],
        'only b',
      );
    },
  },
];
