import { GRAPH_LIMITS } from '@heddle/graph';
import type { JsonSchema } from '@heddle/kernel';

/**
 * Pieces of config schemas. `format` tells the form generator which field to show: `cel` (one
 * expression), `template` (text with `${{ }}`), `json-template` (any JSON whose strings may hold
 * `${{ }}`), `duration-ms`, `worker-group`, `executor`.
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
