import type { Json } from '@heddle/kernel';
import type { CompiledNode } from './compile.js';
import { freshNode, isOpen } from './draft.js';
import { RerunForecast, type Forecast } from './rerun-forecast.js';
import {
  foretell, hasInput, hasSucceeded, inOrder, withEarlyEnd, type RerunNode, type RerunRequest,
} from './rerun-plan.js'; // prettier-ignore
import { patchedOutput } from './rerun.js';
import { resetKeys } from './reset.js';
import type { NodeRunState } from './state.js';
import { SUCCESS_PORTS } from './verdicts.js';

/** What `rerunRequested` does with every node of its run. */
export function forecastInPlace(request: RerunRequest, input: Json): RerunNode[] {
  const { old, target, from, patch } = request;
  const { state } = old;
  const facts = { input, context: state.context, meta: state.meta, startedAt: state.startedAt };
  const forecast = new RerunForecast(target, { state: facts, isRunKnown: true });
  const outputs = Object.keys(patch.nodeOutputs ?? {});
  const roots = [...from, ...outputs].filter(
    (key) => !isOpen(state.nodes.get(key)?.state ?? 'pending'),
  );
  const reset = resetKeys(target, state, roots);
  const nodes: RerunNode[] = [];
  for (const compiled of inOrder(target)) {
    const { key } = compiled;
    const node = state.nodes.get(key);
    const given = patchedOutput(patch, key);
    if (given) {
      const attempt = node?.attempt ?? 0;
      const end = { ...freshNode(key), attempt, state: 'succeeded' as const, output: given.value };
      forecast.settle(compiled, { kind: 'known', node: end, ports: SUCCESS_PORTS });
      nodes.push({ key, effect: 'reused', isCertain: true, reason: 'Its output is given.' });
    } else if (reset.has(key) || !node || node.state === 'pending') {
      nodes.push(foretell(forecast, compiled, anew(request, forecast, compiled)));
    } else nodes.push(keep(forecast, compiled, node));
  }
  return withEarlyEnd(nodes, forecast);
}

function anew({ old, from, patch }: RerunRequest, forecast: RerunForecast, compiled: CompiledNode) {
  const { key } = compiled;
  const why = from.includes(key) ? 'It was chosen.' : 'It starts when its join says so.';
  const attempt = (old.state.nodes.get(key)?.attempt ?? 0) + 1;
  return { join: forecast.join(compiled), why, attempt, hasInput: hasInput(patch, key) };
}

function keep(forecast: RerunForecast, compiled: CompiledNode, node: NodeRunState): RerunNode {
  const { key } = compiled;
  if (isOpen(node.state)) {
    forecast.settle(compiled, { kind: 'executes' });
    return {
      key,
      effect: 'unchanged',
      isCertain: true,
      reason: `It is ${node.state} and goes on.`,
    };
  }
  const end: Forecast = { kind: 'known', node, ports: SUCCESS_PORTS };
  forecast.settle(compiled, end, { stored: node.verdicts ?? {} });
  const effect = hasSucceeded(node) ? 'reused' : 'unchanged';
  return {
    key,
    effect,
    isCertain: true,
    reason: `It is ${node.state}, and nothing before it changes.`,
  };
}
