import type { ExpiryRule, NodeEvaluator, NodeType, Plan } from '@heddle/engine';
import { checkInputSchema, type GraphNode } from '@heddle/graph';
import { isJsonObject, type Json, type Problem } from '@heddle/kernel';
import { durationField, templateField } from '../fields.js';

const ASSIGNEES_MAX = 50;
const TITLE_LENGTH_MAX = 200;
const DESCRIPTION_LENGTH_MAX = 4_000;
const ADDRESS = /^[^\s@]+@[^\s@]+$/;
const EXPIRY_RULES: readonly ExpiryRule[] = ['fail', 'approve', 'reject'];

/**
 * Waits until a person decides. Output: `{ decision, by, comment, values, at }`. A rejection leaves
 * by `rejected`; without an edge there the node fails with `REJECTED`.
 */
export const approval: NodeType = {
  type: 'approval',
  group: 'control',
  configSchema: {
    type: 'object',
    properties: {
      title: { ...templateField('Title', 'What is to be decided.'), minLength: 1 },
      description: templateField('Description', 'What the person needs to know.'),
      form: {
        type: 'object',
        format: 'json-schema',
        title: 'Form',
        description: 'JSON Schema of values that an approval must bring. Empty: none.',
      },
      assignees: {
        type: 'array',
        title: 'Assignees',
        description: 'E-mail addresses of those who may decide. Empty: every operator.',
        maxItems: ASSIGNEES_MAX,
        items: { ...templateField('Address', 'E-mail address.'), minLength: 1 },
      },
      expiresMs: {
        ...durationField('Expires after', 'Longest time to wait. Empty: no end.'),
        minimum: 1,
      },
      onExpiry: {
        type: 'string',
        title: 'When it expires',
        description: 'fail: the node fails with EXPIRED. approve, reject: as if decided so.',
        enum: [...EXPIRY_RULES],
        default: 'fail',
      },
    },
    required: ['title'],
    additionalProperties: false,
  },
  initialConfig: { title: 'Approve?' },
  expressionPaths: [],
  plainKeys: ['form'],
  ports: () => [
    { name: 'approved' },
    { name: 'rejected' },
    { name: 'expired' },
    { name: 'success' },
    { name: 'failure' },
    { name: 'always' },
  ],
  hasExclusivePorts: () => true,
  hasEditableInput: false,
  expiry: (config) => EXPIRY_RULES.find((rule) => rule === config['onExpiry']) ?? 'fail',
  check: formProblems,
  plan,
};

function plan(node: GraphNode, evaluate: NodeEvaluator): Plan {
  const { form, expiresMs } = node.config;
  const assignees = ((evaluate.template('/config/assignees') ?? []) as Json[]).map(textOf);
  const wrong = assignees.find((address) => !ADDRESS.test(address));
  if (wrong !== undefined) {
    const message = `/config/assignees: "${wrong.slice(0, 80)}" is not an e-mail address.`;
    return { kind: 'fail', error: { code: 'INVALID_ASSIGNEE', message, isFinal: true } };
  }
  const description = evaluate.template('/config/description');
  return {
    kind: 'approval',
    prompt: {
      title: textOf(evaluate.template('/config/title') ?? '').slice(0, TITLE_LENGTH_MAX),
      description:
        description === undefined ? null : textOf(description).slice(0, DESCRIPTION_LENGTH_MAX),
      form: isJsonObject(form) ? form : null,
      assignees,
    },
    expiresMs: (expiresMs as number | undefined) ?? null,
  };
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function formProblems(node: GraphNode): Problem[] {
  const { form } = node.config;
  if (!isJsonObject(form)) return [];
  return checkInputSchema(form).map((problem) => ({
    ...problem,
    code: 'CONFIG',
    path: '/config/form',
  }));
}
