/** Why an action on a node is not possible; null when it is. */
export type Refusal =
  | 'notEnded'
  | 'skipped'
  | 'noInput'
  | 'ended'
  | 'notFailed'
  | 'pending'
  | 'running'
  | 'notHeld'
  | 'held'
  | 'runActive'
  | null;

/** What decides which actions are possible. */
export interface NodeFacts {
  state: string;
  attempt: number;
  hasEditableInput: boolean;
  isHeld?: boolean;
  /** Whether the run has ended. */
  isRunOver?: boolean;
}

const ENDED: readonly string[] = ['succeeded', 'failed', 'canceled', 'skipped'];

/** Why a node cannot be retried. The server has the last word; this only explains disabled buttons. */
export function whyNotRetry({ state, attempt }: NodeFacts): Refusal {
  if (state === 'skipped' && attempt === 0) return 'skipped';
  return ENDED.includes(state) ? null : 'notEnded';
}

/** Why a node cannot be retried with an edited input. */
export function whyNotRetryEdited(facts: NodeFacts): Refusal {
  return whyNotRetry(facts) ?? (facts.hasEditableInput ? null : 'noInput');
}

/** Why a node's state cannot be decided by hand. */
export function whyNotMark({ state, isRunOver }: NodeFacts): Refusal {
  if (state === 'succeeded') return 'notFailed';
  return state === 'pending' && isRunOver ? 'ended' : null;
}

/** Why a node cannot be canceled. */
export function whyNotCancel({ state }: NodeFacts): Refusal {
  if (ENDED.includes(state)) return 'ended';
  return state === 'pending' ? 'pending' : null;
}

/** Why a node cannot be kept from starting. */
export function whyNotHold({ state, isHeld, isRunOver }: NodeFacts): Refusal {
  if (isHeld) return 'held';
  if (isRunOver || ENDED.includes(state)) return 'ended';
  return null;
}

/** Why a node cannot be released. */
export function whyNotRelease({ isHeld }: NodeFacts): Refusal {
  return isHeld ? null : 'notHeld';
}

/** Why the run cannot be repeated from a node. */
export function whyNotRerun({ isRunOver }: NodeFacts): Refusal {
  return isRunOver ? null : 'runActive';
}
