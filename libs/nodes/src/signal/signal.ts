import type { NodeType } from '@heddle/engine';
import { durationField, templateField } from '../fields.js';

const KEY_LENGTH_MAX = 200;

/**
 * Waits for a named signal from outside without holding a worker. Output: the payload of the
 * signal. A signal that came before is found.
 */
export const signal: NodeType = {
  type: 'signal',
  group: 'control',
  configSchema: {
    type: 'object',
    properties: {
      name: {
        type: 'string',
        title: 'Name',
        description: 'Name of the signal.',
        pattern: '^[A-Za-z_][A-Za-z0-9_.-]{0,99}$',
        patternMessage: 'start with a letter and hold only letters, digits, "_", "." and "-"',
      },
      key: templateField(
        'Key',
        'Tells signals of one name apart, e.g. ${{ input.orderId }}. Empty: the name alone.',
      ),
      expiresMs: {
        ...durationField('Expires after', 'Longest time to wait. Empty: no end.'),
        minimum: 1,
      },
      onExpiry: {
        type: 'string',
        title: 'When it expires',
        description: 'fail: the node fails with EXPIRED. succeed: with the output null.',
        enum: ['fail', 'succeed'],
        default: 'fail',
      },
    },
    required: ['name'],
    additionalProperties: false,
  },
  initialConfig: { name: 'signal' },
  expressionPaths: [],
  ports: () => [{ name: 'success' }, { name: 'expired' }, { name: 'failure' }, { name: 'always' }],
  hasEditableInput: false,
  expiry: (config) => (config['onExpiry'] === 'succeed' ? 'succeed' : 'fail'),
  plan(node, evaluate) {
    const value = evaluate.template('/config/key') ?? null;
    const key = typeof value === 'string' || value === null ? value : JSON.stringify(value);
    if (key !== null && key.length > KEY_LENGTH_MAX) {
      const message = `/config/key: the key has ${key.length} characters; at most ${KEY_LENGTH_MAX} are allowed.`;
      return { kind: 'fail', error: { code: 'INVALID_KEY', message, isFinal: true } };
    }
    return {
      kind: 'signal',
      name: node.config['name'] as string,
      key: key === '' ? null : key,
      expiresMs: (node.config['expiresMs'] as number | undefined) ?? null,
    };
  },
};
