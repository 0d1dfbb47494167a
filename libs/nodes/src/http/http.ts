import { compileExpression, HTTP_RESULT_SCOPE } from '@heddle/expression';
import type { NodeType } from '@heddle/engine';
import type { JsonObject, Problem } from '@heddle/kernel';
import type { GraphNode } from '@heddle/graph';
import { celField, durationField, jsonTemplateField, templateField } from '../fields.js';
import { commonPorts } from '../ports.js';

/** Worker group and executor under which servers themselves offer HTTP calls. */
export const HTTP_ROUTE = { group: 'heddle', executor: 'heddle.http' } as const;

/** Milliseconds that a call may take when the node names no time. */
export const HTTP_TIMEOUT_MS_DEFAULT = 30_000;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const ABSOLUTE_URL = /^https?:\/\/[^\s/]+/i;

/**
 * Calls an endpoint. Plans a task for the executor `heddle.http` with the input
 * `{ method, url, headers, query, body, successWhen, timeoutMs }`; `successWhen` travels as text,
 * for it reads the response.
 */
export const http: NodeType = {
  type: 'http',
  group: 'work',
  configSchema: {
    type: 'object',
    properties: {
      method: {
        type: 'string',
        title: 'Method',
        description: 'HTTP method.',
        enum: METHODS,
        default: 'GET',
      },
      url: { ...templateField('URL', 'Absolute address, http or https.'), minLength: 1 },
      query: {
        type: 'object',
        title: 'Query',
        description: 'Parameters appended to the URL, percent-encoded.',
        additionalProperties: templateField('Value', 'Text of the parameter.'),
      },
      headers: {
        type: 'object',
        title: 'Headers',
        description: 'Request headers by name.',
        additionalProperties: templateField('Value', 'Text of the header.'),
      },
      body: jsonTemplateField('Body', 'Sent as JSON; a text is sent as it is.'),
      successWhen: celField(
        'Success when',
        'Condition over status, headers and body. Empty: any status from 200 to 299.',
      ),
      timeoutMs: {
        ...durationField('Timeout', 'Longest time of one call.'),
        minimum: 1,
        maximum: 3_600_000,
        default: HTTP_TIMEOUT_MS_DEFAULT,
      },
    },
    required: ['method', 'url'],
    additionalProperties: false,
  },
  initialConfig: { method: 'GET', url: 'https://' },
  expressionPaths: [],
  ports: commonPorts,
  hasEditableInput: true,
  route: () => HTTP_ROUTE,
  check: (node) => [...urlProblems(node), ...conditionProblems(node)],
  plan(node, evaluate) {
    const url = evaluate.template('/config/url');
    if (typeof url !== 'string' || !ABSOLUTE_URL.test(url)) {
      const message = `The URL must start with http:// or https://, got ${JSON.stringify(url ?? null).slice(0, 200)}.`;
      return { kind: 'fail', error: { code: 'INVALID_URL', message, isFinal: true } };
    }
    const input: JsonObject = {
      method: node.config['method'] as string,
      url,
      headers: evaluate.template('/config/headers') ?? {},
      query: evaluate.template('/config/query') ?? {},
      body: evaluate.template('/config/body') ?? null,
      successWhen: (node.config['successWhen'] as string | undefined) ?? null,
      timeoutMs: (node.config['timeoutMs'] as number | undefined) ?? HTTP_TIMEOUT_MS_DEFAULT,
    };
    return { kind: 'task', ...HTTP_ROUTE, input };
  },
};

/** A URL that is fixed, or whose beginning is, can be judged before it runs. */
function urlProblems(node: GraphNode): Problem[] {
  const url = node.config['url'] as string;
  if (url.startsWith('${{') || ABSOLUTE_URL.test(url)) return [];
  const message = `"${url.slice(0, 80)}" is not an absolute URL: it must start with http:// or https:// and a host.`;
  return [{ code: 'CONFIG', message, severity: 'error', path: '/config/url' }];
}

function conditionProblems(node: GraphNode): Problem[] {
  const source = node.config['successWhen'];
  if (typeof source !== 'string') return [];
  const result = compileExpression(source, HTTP_RESULT_SCOPE);
  const place = { severity: 'error', path: '/config/successWhen' } as const;
  if (!result.ok)
    return [{ ...result.problem, code: `EXPRESSION_${result.problem.code}`, ...place }];
  const { type } = result.expression;
  if (type === 'bool' || type === 'dyn') return [];
  const message = `A condition must be true or false; this is of type ${type}.`;
  return [{ code: 'EXPRESSION_TYPE', message, ...place, range: { start: 0, end: source.length } }];
}
