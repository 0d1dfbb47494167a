import type { NodeType } from '@heddle/engine';
import type { JsonObject } from '@heddle/kernel';
import { jsonTemplateField } from '../fields.js';
import { commonPorts } from '../ports.js';

const PRIORITY_DEFAULT = 5;

/** Hands work to an executor that workers of a group offer. */
export const job: NodeType = {
  type: 'job',
  group: 'work',
  configSchema: {
    type: 'object',
    properties: {
      group: {
        type: 'string',
        format: 'worker-group',
        title: 'Worker group',
        description: 'The group of workers that may run this job.',
        minLength: 1,
        maxLength: 100,
      },
      executor: {
        type: 'string',
        format: 'executor',
        title: 'Executor',
        description: 'The function that workers of the group offer under this name.',
        minLength: 1,
        maxLength: 200,
      },
      mode: {
        type: 'string',
        title: 'Mode',
        description: 'single: one worker runs the job once.',
        enum: ['single'],
        default: 'single',
      },
      input: jsonTemplateField('Input', 'What the executor gets. Strings may hold ${{ … }}.'),
      priority: {
        type: 'integer',
        title: 'Priority',
        description: '9 goes first, 0 last, among tasks that wait for a worker.',
        minimum: 0,
        maximum: 9,
        default: PRIORITY_DEFAULT,
      },
    },
    required: ['group', 'executor', 'mode'],
    additionalProperties: false,
  },
  initialConfig: { group: 'default', executor: '', mode: 'single', input: {} },
  expressionPaths: [],
  ports: commonPorts,
  hasEditableInput: true,
  route: routeOf,
  plan(node, evaluate) {
    return {
      kind: 'task',
      ...routeOf(node.config),
      input: evaluate.template('/config/input') ?? null,
    };
  },
};

function routeOf(config: JsonObject): { group: string; executor: string; priority: number } {
  return {
    group: config['group'] as string,
    executor: config['executor'] as string,
    priority: (config['priority'] as number | undefined) ?? PRIORITY_DEFAULT,
  };
}
