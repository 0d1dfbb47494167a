import { compileExpression } from '@heddle/expression';
import type { NodeEvaluator, NodeType, Plan } from '@heddle/engine';
import type { GraphNode } from '@heddle/graph';
import type { JsonObject, Problem } from '@heddle/kernel';
import { celField } from '../fields.js';
import { commonPorts } from '../ports.js';

interface Case {
  name: string;
  when: string;
}

const CASES_MAX = 50;
const RESERVED_PORTS: ReadonlySet<string> = new Set(['success', 'failure', 'always', 'default']);

/**
 * Chooses ways on. Each case is a port; `default` is taken when no case holds. Mode `first` takes
 * the first case that holds, `all` every one. Output: `{ case, cases }`, the first and all ports
 * taken.
 */
export const decision: NodeType = {
  type: 'decision',
  group: 'control',
  configSchema: {
    type: 'object',
    properties: {
      mode: {
        type: 'string',
        title: 'Mode',
        description: 'first: the first case that holds. all: every case that holds.',
        enum: ['first', 'all'],
        default: 'first',
      },
      cases: {
        type: 'array',
        title: 'Cases',
        description: 'Tried in this order. When none holds, the port "default" is taken.',
        minItems: 1,
        maxItems: CASES_MAX,
        items: {
          type: 'object',
          properties: {
            name: {
              type: 'string',
              title: 'Name',
              description: 'Name of the port.',
              pattern: '^[A-Za-z_][A-Za-z0-9_-]{0,63}$',
              patternMessage:
                'start with a letter and hold only letters, digits, "_" and "-", at most 64',
            },
            when: celField('When', 'Condition, e.g. input.total > 100.'),
          },
          required: ['name', 'when'],
          additionalProperties: false,
        },
      },
    },
    required: ['cases'],
    additionalProperties: false,
  },
  initialConfig: { mode: 'first', cases: [{ name: 'yes', when: 'true' }] },
  expressionPaths: ['/cases/{index}/when'],
  ports: (config) => [
    ...casesOf(config).map(({ name }) => ({ name })),
    { name: 'default' },
    ...commonPorts(),
  ],
  hasExclusivePorts: (config) => config['mode'] !== 'all',
  hasEditableInput: false,
  check: (node) => [...nameProblems(node), ...typeProblems(node)],
  plan,
};

/** Tolerates configs that do not fit the schema yet: the canvas draws ports of drafts. */
function casesOf(config: JsonObject): Case[] {
  const cases = config['cases'];
  if (!Array.isArray(cases)) return [];
  return (cases as unknown as (Case | null)[]).filter(
    (item): item is Case => typeof item?.name === 'string',
  );
}

function plan(node: GraphNode, evaluate: NodeEvaluator): Plan {
  const taken: string[] = [];
  for (const [i, { name }] of casesOf(node.config).entries()) {
    const holds = evaluate.expression(`/config/cases/${i}/when`);
    if (typeof holds !== 'boolean') return notBoolean(name, i, holds);
    if (!holds) continue;
    taken.push(name);
    if (node.config['mode'] !== 'all') break;
  }
  if (taken.length === 0) taken.push('default');
  return { kind: 'complete', output: { case: taken[0] as string, cases: taken }, ports: taken };
}

function notBoolean(name: string, index: number, value: unknown): Plan {
  const shown = JSON.stringify(value).slice(0, 80);
  const message = `/config/cases/${index}/when: the case "${name}" must be true or false, but is ${shown}.`;
  return { kind: 'fail', error: { code: 'EXPRESSION_FAILED', message, isFinal: true } };
}

function nameProblems(node: GraphNode): Problem[] {
  const seen = new Set<string>();
  return casesOf(node.config).flatMap(({ name }, i): Problem[] => {
    const isTwin = seen.has(name);
    seen.add(name);
    if (!isTwin && !RESERVED_PORTS.has(name)) return [];
    const message = isTwin
      ? `Two cases are named "${name}".`
      : `"${name}" is a port of every decision; choose another name.`;
    return [{ code: 'CONFIG', message, severity: 'error', path: `/config/cases/${i}/name` }];
  });
}

function typeProblems(node: GraphNode): Problem[] {
  return casesOf(node.config).flatMap(({ when }, i): Problem[] => {
    const result = compileExpression(when);
    if (!result.ok || result.expression.type === 'bool' || result.expression.type === 'dyn')
      return [];
    const message = `A case must be true or false; this is of type ${result.expression.type}.`;
    const range = { start: 0, end: when.length };
    return [
      {
        code: 'EXPRESSION_TYPE',
        message,
        severity: 'error',
        path: `/config/cases/${i}/when`,
        range,
      },
    ];
  });
}
