import type { NodeType } from '@heddle/engine';
import { ITERATION_RESULT_SCOPE, ITERATION_SCOPE } from '@heddle/expression';
import { conditionProblems } from '../conditions.js';
import { bodyField, celField, durationField, freshBody, jsonTemplateField } from '../fields.js';
import { commonPorts } from '../ports.js';

/** Iterations of one loop. */
export const ITERATIONS_MAX = 10_000;

/**
 * Runs the graph drawn inside it again and again until a condition holds. Output: that of the last
 * iteration. An iteration that fails fails the node.
 */
export const loop: NodeType = {
  type: 'loop',
  group: 'work',
  configSchema: {
    type: 'object',
    properties: {
      input: jsonTemplateField(
        'Input of an iteration',
        'What the graph gets as input; sees index and previous, the output before. Empty: { index, previous }.',
      ),
      until: celField(
        'Until',
        'Condition after each iteration over index, output and previous: the loop ends when it holds.',
      ),
      maxIterations: {
        type: 'integer',
        title: 'At most',
        description: 'Iterations after which the loop ends in any case.',
        minimum: 1,
        maximum: ITERATIONS_MAX,
      },
      delayMs: durationField('Pause', 'Time between two iterations.'),
      onExhausted: {
        type: 'string',
        title: 'When it never holds',
        description: 'fail: the node fails with LOOP_EXHAUSTED. succeed: with the last output.',
        enum: ['fail', 'succeed'],
        default: 'fail',
      },
      body: bodyField('Graph', 'What runs in each iteration.'),
    },
    required: ['until', 'maxIterations', 'body'],
    additionalProperties: false,
  },
  initialConfig: { until: 'index >= 2', maxIterations: 10, body: freshBody() },
  expressionPaths: ['/until'],
  scopes: { input: ITERATION_SCOPE, until: ITERATION_RESULT_SCOPE },
  plainKeys: ['body'],
  ports: commonPorts,
  hasEditableInput: false,
  check: (node) => conditionProblems(node, 'until', ITERATION_RESULT_SCOPE),
  children: (config) => ({
    kind: 'loop',
    graph: { kind: 'body' },
    iterationsMax: config['maxIterations'] as number,
    delayMs: (config['delayMs'] as number | undefined) ?? 0,
    onExhausted: (config['onExhausted'] as 'fail' | 'succeed' | undefined) ?? 'fail',
  }),
  plan: () => ({ kind: 'children', input: null }),
};
