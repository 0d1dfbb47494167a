import type { Scope } from '@heddle/expression';
import type { Json, JsonObject } from '@heddle/kernel';
import { errorView } from './node-errors.js';
import type { ChildrenState, NodeRunState, RunState } from './state.js';

/** Where a scope reads nodes from: the working copy inside a step, the state outside. */
export interface NodeReader {
  node(key: string): NodeRunState | undefined;
}

type ScopeState = Pick<RunState, 'input' | 'context' | 'meta' | 'startedAt'>;

/**
 * What the expressions of a run see. Only the nodes in `references` are put in: a run may have thousands, an
 * expression reads a few. `run`, `trigger` and `nodes` are made when first read.
 */
export function runScope(
  state: ScopeState,
  reader: NodeReader,
  references: readonly string[],
): Scope {
  return new RunScope(state, reader, references) as unknown as Scope;
}

/**
 * A class, because making an object literal with getters takes 0.8 µs, a quarter of a step. What was
 * made is kept: a macro may read `nodes` thousands of times.
 */
class RunScope {
  readonly input: Json;
  readonly context: JsonObject;
  #run: JsonObject | null = null;
  #nodes: JsonObject | null = null;

  constructor(
    private readonly facts: ScopeState,
    private readonly reader: NodeReader,
    private readonly references: readonly string[],
  ) {
    this.input = facts.input;
    this.context = facts.context;
  }

  get run(): JsonObject {
    return (this.#run ??= runView(this.facts));
  }

  get trigger(): JsonObject {
    return this.facts.meta.trigger;
  }

  get nodes(): JsonObject {
    return (this.#nodes ??= this.viewNodes());
  }

  private viewNodes(): JsonObject {
    const nodes: JsonObject = {};
    for (const key of this.references) nodes[key] = nodeView(this.reader.node(key));
    return nodes;
  }
}

function runView({ meta, startedAt }: ScopeState): JsonObject {
  return {
    id: meta.id,
    workflow: meta.workflowName,
    version: meta.version,
    namespace: meta.namespace,
    createdAt: new Date(meta.createdAt).toISOString(),
    startedAt: startedAt === null ? null : new Date(startedAt).toISOString(),
    index: meta.parent?.index ?? null,
    label: meta.parent?.label ?? null,
  };
}

function nodeView(node: NodeRunState | undefined): Json {
  if (!node) return { output: null, status: 'pending', error: null, attempts: 0, items: null };
  return {
    output: node.output,
    status: node.state,
    error: errorView(node.error),
    attempts: node.reusedFrom?.attempt ?? node.attempt,
    items: node.children && itemsView(node.children),
  };
}

function itemsView({ total, started, succeeded, failed, canceled }: ChildrenState): Json {
  return { total: total ?? started, succeeded, failed, canceled };
}
