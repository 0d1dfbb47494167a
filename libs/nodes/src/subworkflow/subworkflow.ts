import type { NodeType } from '@heddle/engine';
import { jsonTemplateField } from '../fields.js';
import { commonPorts } from '../ports.js';

/** Versions count from 1; the store's numbers are 32-bit. */
const VERSION_MAX = 2_147_483_647;

/**
 * Runs another workflow as a child run and waits for its end. The output is the child run's; its
 * failure is the node's failure.
 */
export const subworkflow: NodeType = {
  type: 'subworkflow',
  group: 'work',
  configSchema: {
    type: 'object',
    properties: {
      workflow: {
        type: 'string',
        format: 'workflow',
        title: 'Workflow',
        description: 'Name of a workflow of this namespace.',
        minLength: 1,
        maxLength: 200,
      },
      version: {
        type: 'integer',
        title: 'Version',
        description:
          'Number of the version. Empty: the one that is published when the node starts.',
        minimum: 1,
        maximum: VERSION_MAX,
      },
      input: jsonTemplateField('Input', 'Input of the child run. Strings may hold ${{ … }}.'),
    },
    required: ['workflow'],
    additionalProperties: false,
  },
  initialConfig: { workflow: '', input: {} },
  expressionPaths: [],
  plainKeys: ['workflow', 'version'],
  ports: commonPorts,
  hasEditableInput: false,
  canUndo: true,
  children: ({ workflow, version }) => ({
    kind: 'one',
    graph: {
      kind: 'workflow',
      name: workflow as string,
      version: (version as number | undefined) ?? null,
    },
  }),
  plan: (_node, evaluate) => ({
    kind: 'children',
    input: evaluate.template('/config/input') ?? null,
  }),
};
