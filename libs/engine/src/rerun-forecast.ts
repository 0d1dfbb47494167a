import {
  compileTemplate,
  evaluate,
  ExpressionError,
  nodeReferences,
  renderTemplate,
  type Expression,
} from '@heddle/expression';
import { assert } from '@heddle/kernel';
import type { CompiledEdge, CompiledGraph, CompiledNode } from './compile.js';
import { configParts } from './config-parts.js';
import { freshNode } from './draft.js';
import { joinOutcome } from './join.js';
import type { Plan } from './node-type.js';
import { runScope } from './run-scope.js';
import type { NodeRunState, RunState } from './state.js';
import { FAILURE_PORTS, SUCCESS_PORTS, type LivePorts } from './verdicts.js';

/** How a node will have ended, as far as that can be known before anything runs. What is executed is taken to succeed. */
export type Forecast =
  | { kind: 'skipped' }
  | { kind: 'known'; node: NodeRunState; ports: LivePorts }
  /** It runs; its output is not known. */
  | { kind: 'executes' }
  /** Whether it runs depends on what is not known; `then`: how it ends if it does. */
  | { kind: 'maybe'; then: Forecast };

/** What a condition or a config may read beside the nodes that are known. */
export interface KnownFacts {
  state: Pick<RunState, 'input' | 'context' | 'meta' | 'startedAt'>;
  /** Whether `run` and `trigger` will be what they are here. */
  isRunKnown: boolean;
}

/** What a join will say. */
export type JoinForecast = 'start' | 'skip' | 'unknown';

/**
 * Goes over a graph in topological order with three-valued verdicts, by the predicates that decide: an edge is live, dead
 * or not known yet, and a join is decided when it says the same whatever the unknown edges become.
 */
export class RerunForecast {
  /** Why the run may end before everything in it is decided; null while nothing says so. */
  endsEarly: string | null = null;
  private readonly ends = new Map<string, Forecast>();
  private readonly verdicts = new Map<string, 'live' | 'dead' | 'unknown'>();

  constructor(
    private readonly graph: CompiledGraph,
    private readonly facts: KnownFacts,
  ) {}

  join({ join, incoming }: CompiledNode): JoinForecast {
    const verdicts = incoming.map((edge) => this.verdicts.get(edge.id) ?? 'unknown');
    const live = verdicts.filter((verdict) => verdict === 'live').length;
    const unknown = verdicts.filter((verdict) => verdict === 'unknown').length;
    const counts = { total: incoming.length, settled: incoming.length };
    const outcomes = [live, live + unknown].map((n) => joinOutcome(join, { ...counts, live: n }));
    const [least, most] = outcomes;
    // More live edges never hinder a join, so what holds at both ends holds between them.
    return least !== most || least === 'undecided' ? 'unknown' : (least as JoinForecast);
  }

  /** Notes how a node ends and decides its edges; `stored`: they are decided already. */
  settle(
    compiled: CompiledNode,
    forecast: Forecast,
    { isContextKnown = false, stored = null }: SettleOptions = {},
  ): void {
    this.ends.set(compiled.key, forecast);
    for (const edge of compiled.outgoing) {
      const known = stored && (stored[edge.id]?.isLive ? 'live' : 'dead');
      this.verdicts.set(edge.id, known ?? this.verdictOf(edge, forecast, isContextKnown));
    }
    if (stored || forecast.kind === 'skipped') return;
    const isEnd = compiled.type.ports(compiled.node.config).length === 0;
    if (isEnd) this.endsEarly ??= `"${compiled.key}" ends the run.`;
    const end = forecast.kind === 'maybe' ? forecast.then : forecast;
    if (end.kind === 'known' && end.node.state === 'failed') this.noteUncaught(compiled);
  }

  private noteUncaught({ key, outgoing }: CompiledNode): void {
    if (this.graph.graph.settings.onFailure !== 'stop') return;
    if (outgoing.some((edge) => this.verdicts.get(edge.id) === 'live')) return;
    this.endsEarly ??= `"${key}" fails.`;
  }

  private verdictOf(
    edge: CompiledEdge,
    forecast: Forecast,
    isContextKnown: boolean,
  ): 'live' | 'dead' | 'unknown' {
    if (forecast.kind === 'skipped') return 'dead';
    const end = forecast.kind === 'maybe' ? forecast.then : forecast;
    const ports = end.kind === 'known' ? end.ports : SUCCESS_PORTS;
    const isOwnPort = !SUCCESS_PORTS.has(edge.port) && !FAILURE_PORTS.has(edge.port);
    if (!ports.has(edge.port)) {
      return end.kind !== 'known' && isOwnPort ? 'unknown' : 'dead';
    }
    const verdict = edge.when === null ? 'live' : this.condition(edge.when, isContextKnown);
    return forecast.kind === 'maybe' && verdict === 'live' ? 'unknown' : verdict;
  }

  private condition(when: Expression, isContextKnown: boolean): 'live' | 'dead' | 'unknown' {
    if (!this.canRead(when, isContextKnown)) return 'unknown';
    const scope = runScope(this.facts.state, this, nodeReferences(when));
    try {
      const result = evaluate(when, scope);
      if (typeof result === 'boolean') return result ? 'live' : 'dead';
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
    }
    if (this.graph.graph.settings.onFailure === 'stop') {
      this.endsEarly ??= 'A condition cannot be evaluated.';
    }
    return 'dead';
  }

  private canRead(expression: Expression, isContextKnown: boolean): boolean {
    return expression.paths.every(({ path: [root, key] }) => {
      if (root === 'input') return true;
      if (root === 'context') return isContextKnown;
      if (root === 'nodes') return key !== undefined && this.node(String(key)) !== undefined;
      return this.facts.isRunKnown;
    });
  }

  /** A node as expressions will see it; undefined while that is not known. */
  node(key: string): NodeRunState | undefined {
    const end = this.ends.get(key);
    if (end?.kind === 'known') return end.node;
    return end?.kind === 'skipped' ? { ...freshNode(key), state: 'skipped' } : undefined;
  }

  /** How a node that runs ends, when all that its config reads is known and it does nothing but compute. */
  predict(compiled: CompiledNode, attempt: number): Forecast {
    if (!this.isConfigKnown(compiled)) return { kind: 'executes' };
    const plan = this.plan(compiled);
    const ended = { ...freshNode(compiled.key), attempt };
    if (plan?.kind === 'complete') {
      const { output, ports = [] } = plan;
      const live = new Set([...SUCCESS_PORTS, ...ports]);
      return { kind: 'known', node: { ...ended, state: 'succeeded', output }, ports: live };
    }
    if (plan?.kind === 'fail' && (plan.error.isFinal || !compiled.node.retry)) {
      const node = { ...ended, state: 'failed' as const, error: plan.error };
      return { kind: 'known', node, ports: FAILURE_PORTS };
    }
    return { kind: 'executes' };
  }

  private isConfigKnown(compiled: CompiledNode): boolean {
    // What runs child runs or waits does more than compute; its config may read what only it sees.
    if (compiled.type.children || compiled.type.scopes) return false;
    return configExpressions(compiled).every((expression) => this.canRead(expression, false));
  }

  private plan(compiled: CompiledNode): Plan | null {
    const scope = runScope(this.facts.state, this, compiled.references);
    try {
      return compiled.type.plan(compiled.node, {
        now: this.facts.state.startedAt ?? 0,
        template: (path) => {
          const template = compiled.template(path);
          return template && renderTemplate(template, scope);
        },
        expression: (path) => evaluate(compiled.expression(path), scope),
      });
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const failed = { code: 'EXPRESSION_FAILED', message: error.message, isFinal: true };
      return { kind: 'fail', error: failed };
    }
  }
}

/** Every expression of a node's config. */
export function configExpressions(compiled: CompiledNode): Expression[] {
  const { bare, templates } = configParts(compiled.node, compiled.type);
  const expressions = templates.flatMap(({ value, path, shape }) => {
    const result = compileTemplate(value, path, shape);
    assert(result.ok, `template was not checked: ${path}`);
    return result.template.expressions.map(({ expression }) => expression);
  });
  return [...expressions, ...bare.map(({ path }) => compiled.expression(path))];
}

interface SettleOptions {
  /** Whether the context that conditions read is the one in the facts. */
  isContextKnown?: boolean;
  stored?: NodeRunState['verdicts'];
}
