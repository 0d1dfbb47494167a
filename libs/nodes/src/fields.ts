import { emptyGraph, GRAPH_LIMITS, type GraphNode } from '@heddle/graph';
import type { JsonObject, JsonSchema } from '@heddle/kernel';

/**
 * Pieces of config schemas. `format` tells the form generator which field to show: `cel` (one
 * expression), `template` (text with `${{ }}`), `json-template` (any JSON whose strings may hold
 * `${{ }}`), `duration-ms`, `worker-group`, `executor`, `workflow` (a name),
 * `graph` (a document), `json-schema`.
 */
/** One CEL expression. */
export function celField(title: string, description: string): JsonSchema {
  return { type: 'string', format: 'cel', title, description, minLength: 1, maxLength: 10_000 };
}

/** Text that may hold `${{ }}`. */
export function templateField(title: string, description: string): JsonSchema {
  return { type: 'string', format: 'template', title, description, maxLength: 10_000 };
}

/** Any JSON whose strings may hold `${{ }}`. */
export function jsonTemplateField(title: string, description: string): JsonSchema {
  return { format: 'json-template', title, description };
}

/** A duration in milliseconds, at most 366 days. */
export function durationField(title: string, description: string): JsonSchema {
  return {
    type: 'integer',
    format: 'duration-ms',
    title,
    description,
    minimum: 0,
    maximum: GRAPH_LIMITS.durationMsMax,
  };
}

/** A graph drawn inside the node: a whole document. */
export function bodyField(title: string, description: string): JsonSchema {
  return { type: 'object', format: 'graph', title, description };
}

/** The graph inside a freshly dropped node: one step that passes its input on. */
export function freshBody(): JsonObject {
  const pass: GraphNode = {
    key: 'step',
    type: 'transform',
    config: { output: '${{ input }}' },
    position: { x: 0, y: 0 },
  };
  const output = '${{ nodes.step.output }}';
  const graph = { ...emptyGraph(), nodes: [pass], settings: { onFailure: 'stop', output } };
  return graph as unknown as JsonObject;
}
