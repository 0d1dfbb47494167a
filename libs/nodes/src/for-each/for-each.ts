import type { ChildrenRule, NodeType, Plan } from '@heddle/engine';
import { ITEM_OUTPUT_SCOPE, ITEM_RESULT_SCOPE, ITEM_SCOPE } from '@heddle/expression';
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from '@heddle/kernel';
import { conditionProblems } from '../conditions.js';
import { bodyField, celField, freshBody, jsonTemplateField, templateField } from '../fields.js';
import { commonPorts } from '../ports.js';

/** Items of one node. */
export const ITEMS_MAX = 100_000;
const CONCURRENCY_MAX = 1_000;
const CONCURRENCY_DEFAULT = 10;

const TOLERATE: JsonSchema = {
  title: 'Tolerate',
  description: 'How many items may fail or be canceled without failing the node. Empty: none.',
  oneOf: [
    {
      type: 'object',
      title: 'Count',
      properties: {
        count: {
          type: 'integer',
          title: 'Count',
          description: 'Number of items.',
          minimum: 0,
          maximum: ITEMS_MAX,
        },
      },
      required: ['count'],
      additionalProperties: false,
    },
    {
      type: 'object',
      title: 'Share',
      properties: {
        share: {
          type: 'number',
          title: 'Share',
          description: 'Share of all items, from 0 to 1.',
          minimum: 0,
          maximum: 1,
        },
      },
      required: ['share'],
      additionalProperties: false,
    },
  ],
};

/**
 * Runs the graph drawn inside it once for each item of a list, some at a time. Output: what was
 * collected of each item, in the order of the list; null for items that did not succeed.
 */
export const forEach: NodeType = {
  type: 'forEach',
  group: 'work',
  configSchema: {
    type: 'object',
    properties: {
      items: celField(
        'Items',
        'A list, e.g. input.orders; of a map, its entries as { key, value }. At most 100,000.',
      ),
      itemInput: jsonTemplateField(
        'Input of an item',
        'What the graph gets as input; sees item and index. Empty: { item, index }.',
      ),
      label: templateField('Label', 'Name of an item for people, e.g. ${{ item.id }}.'),
      concurrency: {
        type: 'integer',
        title: 'At a time',
        description: 'Items that run at the same time.',
        minimum: 1,
        maximum: CONCURRENCY_MAX,
        default: CONCURRENCY_DEFAULT,
      },
      stopWhen: celField(
        'Stop when',
        'Condition after each item over item, index, output, error, status, succeeded and failed: no further items, and the node succeeds.',
      ),
      tolerate: TOLERATE,
      onExceeded: {
        type: 'string',
        title: 'When more fail',
        description: 'cancel: running items are canceled. finish: they may end first.',
        enum: ['cancel', 'finish'],
        default: 'cancel',
      },
      collect: jsonTemplateField(
        'Collect',
        'What the output holds of an item that succeeded; sees item, index and output. Empty: its output.',
      ),
      body: bodyField('Graph', 'What runs for each item.'),
    },
    required: ['items', 'body'],
    additionalProperties: false,
  },
  initialConfig: { items: '[]', concurrency: CONCURRENCY_DEFAULT, body: freshBody() },
  expressionPaths: ['/items', '/stopWhen'],
  scopes: {
    itemInput: ITEM_SCOPE,
    label: ITEM_SCOPE,
    stopWhen: ITEM_RESULT_SCOPE,
    collect: ITEM_OUTPUT_SCOPE,
  },
  plainKeys: ['body'],
  ports: commonPorts,
  hasEditableInput: false,
  check: (node) => conditionProblems(node, 'stopWhen', ITEM_RESULT_SCOPE),
  children: ruleOf,
  plan(_node, evaluate) {
    const items = itemsOf(evaluate.expression('/config/items'));
    if (typeof items === 'string') return failed(`/config/items: ${items}`);
    if (items.length <= ITEMS_MAX) return { kind: 'children', input: items };
    return failed(`/config/items: ${items.length} items; at most ${ITEMS_MAX} are allowed.`);
  },
};

function ruleOf(config: JsonObject): ChildrenRule {
  return {
    kind: 'each',
    graph: { kind: 'body' },
    concurrency: (config['concurrency'] as number | undefined) ?? CONCURRENCY_DEFAULT,
    tolerate: (config['tolerate'] as { count: number } | { share: number } | undefined) ?? {
      count: 0,
    },
    onExceeded: (config['onExceeded'] as 'cancel' | 'finish' | undefined) ?? 'cancel',
  };
}

/** A text says what is wrong. */
function itemsOf(value: Json): Json[] | string {
  if (Array.isArray(value)) return value;
  if (isJsonObject(value))
    return Object.entries(value).map(([key, item]) => ({ key, value: item }));
  return `the items must be a list or a map, but are ${JSON.stringify(value).slice(0, 80)}.`;
}

function failed(message: string): Plan {
  return { kind: 'fail', error: { code: 'EXPRESSION_FAILED', message, isFinal: true } };
}
