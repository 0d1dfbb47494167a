import type { NodeType } from '@heddle/engine';
import { jsonTemplateField } from '../fields.js';

/** Ends the whole run here as succeeded; what still runs is canceled. */
export const succeed: NodeType = {
  type: 'succeed',
  group: 'control',
  configSchema: {
    type: 'object',
    properties: {
      output: jsonTemplateField('Output', 'Output of the run. Empty: the output of the settings.'),
    },
    additionalProperties: false,
  },
  initialConfig: {},
  expressionPaths: [],
  ports: () => [],
  hasEditableInput: false,
  plan: (_node, evaluate) => ({
    kind: 'endRun',
    outcome: 'succeeded',
    output: evaluate.template('/config/output') ?? null,
  }),
};
