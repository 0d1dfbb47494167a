import type { NodeType } from '@heddle/engine';
import { templateField } from '../fields.js';

/** Ends the whole run here as failed; what still runs is canceled. */
export const fail: NodeType = {
  type: 'fail',
  group: 'control',
  configSchema: {
    type: 'object',
    properties: {
      code: {
        type: 'string',
        title: 'Code',
        description: 'Upper-case name of the error.',
        pattern: '^[A-Z][A-Z0-9_]{0,63}$',
        patternMessage: 'be upper-case letters, digits and "_", at most 64',
        default: 'FAILED',
      },
      message: templateField('Message', 'What went wrong. May hold ${{ … }}.'),
    },
    additionalProperties: false,
  },
  initialConfig: { code: 'FAILED', message: 'The workflow ended here.' },
  expressionPaths: [],
  ports: () => [],
  hasEditableInput: false,
  plan(node, evaluate) {
    const code = (node.config['code'] as string | undefined) ?? 'FAILED';
    const message = evaluate.template('/config/message') ?? 'The workflow ended here.';
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    return {
      kind: 'endRun',
      outcome: 'failed',
      error: { code, message: text.slice(0, 4_000), isFinal: true },
    };
  },
};
