import type { CompiledNode } from './compile.js';
import type { Draft } from './draft.js';
import type { EngineEvent } from './event.js';
import { ENGINE_LIMITS } from './limits.js';
import { endByHand, expectOutputWithin, type EndByHand } from './operator.js';
import { illegal } from './refusal.js';
import { FAILURE_PORTS, SUCCESS_PORTS } from './verdicts.js';

type MarkRequest = Extract<EngineEvent, { type: 'nodeMarkRequested' }>;

/** Code of the error of a node that a person marked as failed. */
export const MARKED_FAILED = 'MARKED_FAILED';

/**
 * Records how a node ended as a person says, whatever it did: on open nodes it stops what they do, on ended ones it
 * resets what came after.
 */
export function markNode(draft: Draft, event: MarkRequest): void {
  const compiled = draft.compiled(event.nodeKey);
  expectChange(draft, compiled, event.outcome.state);
  endByHand(draft, compiled, endOf(event));
}

/** A second mark that says the same would only repeat what came after. A new output is something else. */
function expectChange(
  draft: Draft,
  { key }: CompiledNode,
  outcome: MarkRequest['outcome']['state'],
): void {
  const node = draft.node(key);
  const isSame = node?.state === outcome && (outcome === 'failed' || node.verdicts === null);
  if (!isSame || outcome === 'succeeded') return;
  throw illegal(`Node "${key}" is ${outcome} already.`);
}

function endOf({ outcome, actor, reason }: MarkRequest): EndByHand {
  const by = { actor, action: 'mark', reason } as const;
  switch (outcome.state) {
    case 'succeeded': {
      const { state, output } = outcome;
      expectOutputWithin(output);
      return { state, ports: SUCCESS_PORTS, output, error: null, by };
    }
    case 'failed': {
      const message = outcome.message.slice(0, ENGINE_LIMITS.errorMessageLengthMax);
      const error = { code: MARKED_FAILED, message, isFinal: true };
      return { state: outcome.state, ports: FAILURE_PORTS, output: null, error, by };
    }
    case 'skipped':
      return { state: outcome.state, ports: null, output: null, error: null, by };
  }
}
