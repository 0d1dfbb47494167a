import type { JsonSchema } from '@heddle/kernel';
import { GRAPH_LIMITS, GRAPH_SCHEMA_VERSION } from './document.js';

const duration: JsonSchema = {
  type: 'integer',
  minimum: 0,
  maximum: GRAPH_LIMITS.durationMsMax,
};
const positiveDuration: JsonSchema = { ...duration, minimum: 1 };

const kind = (name: string, properties: JsonSchema = {}, required: string[] = []): JsonSchema => ({
  type: 'object',
  properties: { kind: { const: name }, ...properties },
  required: ['kind', ...required],
  additionalProperties: false,
});

/** JSON Schema of {@link GraphNode.join}. */
export const JOIN_SCHEMA: JsonSchema = {
  oneOf: [
    kind('any'),
    kind('all'),
    kind('first'),
    kind('n-of-m', { n: { type: 'integer', minimum: 1, maximum: GRAPH_LIMITS.edgesMax } }, ['n']),
  ],
};

/** JSON Schema of {@link RetryPolicy}. */
export const RETRY_SCHEMA: JsonSchema = {
  type: 'object',
  properties: {
    attempts: { type: 'integer', minimum: 1, maximum: GRAPH_LIMITS.attemptsMax },
    backoff: {
      oneOf: [
        kind('fixed', { delayMs: duration }, ['delayMs']),
        kind('linear', { delayMs: duration, capMs: duration }, ['delayMs']),
        kind(
          'exponential',
          {
            delayMs: duration,
            factor: { type: 'number', minimum: 1, maximum: 10 },
            capMs: duration,
          },
          ['delayMs'],
        ),
        kind('list', { delaysMs: { type: 'array', minItems: 1, maxItems: 100, items: duration } }, [
          'delaysMs',
        ]),
      ],
    },
    jitter: { type: 'number', minimum: 0, maximum: 1 },
    retryOn: { type: 'string', maxLength: 10_000 },
  },
  required: ['attempts', 'backoff'],
  additionalProperties: false,
};

const coordinate: JsonSchema = { type: 'number', minimum: -10_000_000, maximum: 10_000_000 };

/** JSON Schema of {@link GraphNode}. */
export const NODE_SCHEMA: JsonSchema = {
  type: 'object',
  properties: {
    key: { type: 'string' },
    type: { type: 'string', minLength: 1, maxLength: 64 },
    name: { type: 'string', maxLength: 200 },
    config: { type: 'object' },
    join: JOIN_SCHEMA,
    retry: RETRY_SCHEMA,
    timeoutMs: positiveDuration,
    deadlineMs: positiveDuration,
    position: {
      type: 'object',
      properties: { x: coordinate, y: coordinate },
      required: ['x', 'y'],
      additionalProperties: false,
    },
    notes: { type: 'string', maxLength: 10_000 },
  },
  required: ['key', 'type', 'config', 'position'],
  additionalProperties: false,
};

/** JSON Schema of {@link GraphEdge}. */
export const EDGE_SCHEMA: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    source: { type: 'string' },
    target: { type: 'string' },
    port: { type: 'string', minLength: 1, maxLength: GRAPH_LIMITS.keyLengthMax },
    when: { type: 'string', maxLength: 10_000 },
  },
  required: ['id', 'source', 'target', 'port'],
  additionalProperties: false,
};

/** JSON Schema of {@link GraphSettings}. */
export const SETTINGS_SCHEMA: JsonSchema = {
  type: 'object',
  properties: {
    onFailure: { type: 'string', enum: ['stop', 'finish'] },
    compensate: { type: 'string', enum: ['never', 'onFailure'] },
    deadlineMs: positiveDuration,
    output: {},
    payloadMax: { type: 'integer', minimum: 1, maximum: GRAPH_LIMITS.payloadMax },
  },
  required: ['onFailure'],
  additionalProperties: false,
};

/**
 * JSON Schema of {@link GraphDocument}, without what a schema cannot say (unique keys, endpoints,
 * cycles).
 */
export const GRAPH_SCHEMA: JsonSchema = {
  type: 'object',
  properties: {
    schemaVersion: { const: GRAPH_SCHEMA_VERSION },
    nodes: { type: 'array', maxItems: GRAPH_LIMITS.nodesMax, items: NODE_SCHEMA },
    edges: { type: 'array', maxItems: GRAPH_LIMITS.edgesMax, items: EDGE_SCHEMA },
    settings: SETTINGS_SCHEMA,
    inputSchema: { type: 'object' },
  },
  required: ['schemaVersion', 'nodes', 'edges', 'settings'],
  additionalProperties: false,
};
