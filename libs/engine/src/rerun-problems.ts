import { sizeWithin } from '@heddle/expression';
import type { Json, Problem } from '@heddle/kernel';
import type { EngineEvent } from './event.js';
import { ENGINE_LIMITS } from './limits.js';
import type { RerunRequest } from './rerun-plan.js';
import { copyRun } from './run.js';
import { step } from './step.js';

/** Who a preview acts for: nothing of it is kept. */
const PREVIEW = { id: 'system', name: 'preview' };

/** What stands in the way of a rerun (errors), and what somebody should know (warnings). */
export function patchProblems(request: RerunRequest): Problem[] {
  const { old, target, isInPlace } = request;
  if (isInPlace) return refusal(request);
  const problems = [...unknownNodes(request), ...badInputs(request), ...badOutputs(request)];
  for (const key of old.graph.nodes.keys()) {
    if (target.nodes.has(key)) continue;
    const message = `Node "${key}" of the earlier run is not in this version; its result is not used.`;
    problems.push({ code: 'NODE_REMOVED', message, severity: 'warning', nodeKey: key });
  }
  return problems;
}

/** In place, the engine itself says whether the event is possible. */
function refusal({ old, target, from, patch }: RerunRequest): Problem[] {
  if (target !== old.graph) {
    const message = 'Another version can only be run as a new run.';
    return [{ code: 'OTHER_VERSION', message, severity: 'error' }];
  }
  const at = old.state.endedAt ?? old.state.startedAt ?? 0;
  const event: EngineEvent = {
    type: 'rerunRequested',
    from,
    patch,
    at,
    random: 0,
    actor: PREVIEW,
    reason: null,
  };
  const result = step(old.graph, copyRun(old.state), event);
  if (result.ok) return [];
  return [{ code: result.refusal.code, message: result.refusal.message, severity: 'error' }];
}

function error(code: string, nodeKey: string, message: string): Problem {
  return { code, message, severity: 'error', nodeKey };
}

function unknownNodes({ target, from, patch }: RerunRequest): Problem[] {
  const named = [
    ...from,
    ...Object.keys(patch.nodeInputs ?? {}),
    ...Object.keys(patch.nodeOutputs ?? {}),
  ];
  return [...new Set(named)]
    .filter((key) => (target.nodes.get(key)?.undoes ?? null) !== null || !target.nodes.has(key))
    .map((key) =>
      target.nodes.has(key)
        ? error('UNDO_NODE', key, `Node "${key}" runs only when a run is undone.`)
        : error('UNKNOWN_NODE', key, `There is no node "${key}" in this version.`),
    );
}

function badInputs({ target, patch }: RerunRequest): Problem[] {
  const problems: Problem[] = [];
  for (const [key, input] of Object.entries(patch.nodeInputs ?? {})) {
    const type = target.nodes.get(key)?.type;
    if (type && !type.hasEditableInput) {
      const message = `A ${type.type} node has no input that could be edited.`;
      problems.push(error('NO_EDITABLE_INPUT', key, message));
    }
    if (isTooLarge(input, ENGINE_LIMITS.inputSizeMax)) {
      problems.push(error('INPUT_TOO_LARGE', key, tooLarge('input', ENGINE_LIMITS.inputSizeMax)));
    }
  }
  const { input } = patch;
  if (!input || !isTooLarge(input.value, ENGINE_LIMITS.inputSizeMax)) return problems;
  const message = tooLarge('input', ENGINE_LIMITS.inputSizeMax);
  return [...problems, { code: 'INPUT_TOO_LARGE', message, severity: 'error' }];
}

function badOutputs({ from, patch }: RerunRequest): Problem[] {
  const problems: Problem[] = [];
  for (const [key, output] of Object.entries(patch.nodeOutputs ?? {})) {
    const isExecuted = from.includes(key) || Object.hasOwn(patch.nodeInputs ?? {}, key);
    if (isExecuted) {
      const message = `Node "${key}" cannot both be run again and be given an output.`;
      problems.push(error('OUTPUT_OF_EXECUTED', key, message));
    }
    if (isTooLarge(output, ENGINE_LIMITS.outputSizeMax)) {
      problems.push(
        error('OUTPUT_TOO_LARGE', key, tooLarge('output', ENGINE_LIMITS.outputSizeMax)),
      );
    }
  }
  return problems;
}

function isTooLarge(value: Json, sizeMax: number): boolean {
  return sizeWithin(value, sizeMax) === null;
}

function tooLarge(what: string, sizeMax: number): string {
  return `The ${what} is larger than ${sizeMax} characters of JSON or nested too deeply.`;
}
