import { RUN_SCOPE, type ScopeShape } from '@heddle/expression';
import type { GraphNode } from '@heddle/graph';
import { isJsonObject, type Json } from '@heddle/kernel';
import type { NodeType } from './node-type.js';

/** A bare expression of a node's config, its JSON pointer from the node, and what it may read. */
export interface BareExpression {
  path: string;
  source: string;
  shape: ScopeShape;
}

/** A part of a node's config whose strings may hold `${{ }}`, bare expressions blanked. */
export interface TemplatePart {
  path: string;
  value: Json;
  shape: ScopeShape;
}

/** Everything in a node's config that is an expression of the graph it stands in. */
export interface ConfigParts {
  bare: BareExpression[];
  templates: TemplatePart[];
}

/** Splits a node's config as its type says. What stands in a body belongs to the body's own scope. */
export function configParts(node: GraphNode, type: NodeType): ConfigParts {
  const bare: BareExpression[] = [];
  for (const pattern of type.expressionPaths) {
    const steps = pattern.split('/').slice(1);
    const found: Omit<BareExpression, 'shape'>[] = [];
    collect(node.config, steps, '/config', found);
    const shape = shapeAt(type, `/config${pattern}`);
    for (const expression of found) bare.push({ ...expression, shape });
  }
  if (!type.scopes && !type.plainKeys) {
    const value = withoutBare(node.config, '/config', bare);
    return { bare, templates: [{ path: '/config', value, shape: RUN_SCOPE }] };
  }
  const templates = Object.entries(node.config)
    .filter(([key]) => !type.plainKeys?.includes(key))
    .map(([key, part]) => {
      const path = `/config/${key}`;
      return { path, value: withoutBare(part, path, bare), shape: shapeAt(type, path) };
    });
  return { bare, templates };
}

/** What an expression at a JSON pointer of a node of this type may read. */
export function shapeAt(type: NodeType, path: string): ScopeShape {
  const key = path.split('/')[2] ?? '';
  const { scopes } = type;
  return (scopes && Object.hasOwn(scopes, key) ? scopes[key] : undefined) ?? RUN_SCOPE;
}

function collect(
  value: Json,
  steps: string[],
  path: string,
  found: Omit<BareExpression, 'shape'>[],
): void {
  const [step, ...rest] = steps;
  if (step === undefined) {
    if (typeof value === 'string') found.push({ path, source: value });
  } else if (step === '{index}' && Array.isArray(value)) {
    value.forEach((item, i) => collect(item, rest, `${path}/${i}`, found));
  } else if (isJsonObject(value) && Object.hasOwn(value, step)) {
    collect(value[step] as Json, rest, `${path}/${step}`, found);
  }
}

function withoutBare(part: Json, at: string, bare: readonly BareExpression[]): Json {
  if (bare.length === 0) return part;
  const paths = new Set(bare.map(({ path }) => path));
  const blank = (value: Json, path: string): Json => {
    if (paths.has(path)) return '';
    if (Array.isArray(value)) return value.map((item, i) => blank(item, `${path}/${i}`));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, blank(item, `${path}/${key}`)]),
    );
  };
  return blank(part, at);
}
