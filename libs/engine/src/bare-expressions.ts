import type { GraphNode } from '@heddle/graph';
import { isJsonObject, type Json } from '@heddle/kernel';
import type { NodeType } from './node-type.js';

/** A bare expression of a node's config and its JSON pointer from the node. */
export interface BareExpression {
  path: string;
  source: string;
}

/** The bare expressions that a node's config holds at the places its type names. */
export function bareExpressions(node: GraphNode, type: NodeType): BareExpression[] {
  const found: BareExpression[] = [];
  for (const pattern of type.expressionPaths) {
    collect(node.config, pattern.split('/').slice(1), '/config', found);
  }
  return found;
}

function collect(value: Json, steps: string[], path: string, found: BareExpression[]): void {
  const [step, ...rest] = steps;
  if (step === undefined) {
    if (typeof value === 'string') found.push({ path, source: value });
  } else if (step === '{index}' && Array.isArray(value)) {
    value.forEach((item, i) => collect(item, rest, `${path}/${i}`, found));
  } else if (isJsonObject(value) && Object.hasOwn(value, step)) {
    collect(value[step] as Json, rest, `${path}/${step}`, found);
  }
}

/** The config with its bare expressions blanked, so that the rest can be read as one template. */
export function withoutBare(config: Json, bare: readonly BareExpression[]): Json {
  if (bare.length === 0) return config;
  const paths = new Set(bare.map(({ path }) => path));
  const blank = (value: Json, path: string): Json => {
    if (paths.has(path)) return '';
    if (Array.isArray(value)) return value.map((item, i) => blank(item, `${path}/${i}`));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, blank(item, `${path}/${key}`)]),
    );
  };
  return blank(config, '/config');
}
