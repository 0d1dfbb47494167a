/** Why an action on a node is not possible; null when it is. */
export type Refusal = 'notEnded' | 'skipped' | 'noInput' | 'ended' | 'notFailed' | 'pending' | null;

interface NodeFacts {
  state: string;
  attempt: number;
  hasEditableInput: boolean;
}

/** Why a node cannot be retried. The server has the last word; this only explains disabled buttons. */
export function whyNotRetry({ state, attempt }: NodeFacts): Refusal {
  if (state === 'skipped' && attempt === 0) return 'skipped';
  return ['succeeded', 'failed', 'canceled', 'skipped'].includes(state) ? null : 'notEnded';
}

/** Why a node cannot be retried with an edited input. */
export function whyNotRetryEdited(facts: NodeFacts): Refusal {
  return whyNotRetry(facts) ?? (facts.hasEditableInput ? null : 'noInput');
}

/** Why a node cannot be skipped with an output. */
export function whyNotSkip({ state }: NodeFacts): Refusal {
  if (state === 'succeeded' || state === 'skipped') return 'notFailed';
  return state === 'pending' ? 'pending' : null;
}

/** Why a node cannot be canceled. */
export function whyNotCancel({ state }: NodeFacts): Refusal {
  if (['succeeded', 'failed', 'canceled', 'skipped'].includes(state)) return 'ended';
  return state === 'pending' ? 'pending' : null;
}
