import type { NodeType } from '@heddle/engine';
import { isJsonObject } from '@heddle/kernel';
import { jsonTemplateField } from '../fields.js';
import { commonPorts } from '../ports.js';

/** Computes values: an output of its own, and keys of the run's context. */
export const transform: NodeType = {
  type: 'transform',
  group: 'control',
  configSchema: {
    type: 'object',
    properties: {
      output: jsonTemplateField(
        'Output',
        'Value of nodes.<key>.output. Strings may hold ${{ … }}.',
      ),
      context: {
        ...jsonTemplateField('Context', 'Keys to set in the shared context of the run.'),
        type: 'object',
      },
    },
    additionalProperties: false,
  },
  initialConfig: { output: {} },
  expressionPaths: [],
  ports: commonPorts,
  hasEditableInput: false,
  plan(_node, evaluate) {
    const output = evaluate.template('/config/output') ?? null;
    const contextAppend = evaluate.template('/config/context');
    // The schema asks for an object, and rendering keeps the keys.
    return isJsonObject(contextAppend)
      ? { kind: 'complete', output, contextAppend }
      : { kind: 'complete', output };
  },
};
