import { sizeWithin } from '@heddle/expression';
import { checkInput } from '@heddle/graph';
import type { Json, JsonObject } from '@heddle/kernel';
import type { CompiledNode } from './compile.js';
import type { Draft } from './draft.js';
import type { EngineEvent } from './event.js';
import { ENGINE_LIMITS } from './limits.js';
import { failAttempt, succeed } from './node-end.js';
import type { NodeError, Plan } from './node-type.js';
import { illegal, stale } from './refusal.js';
import type { NodeRunState, StoredSignal } from './state.js';
import type { LivePorts } from './verdicts.js';

type SignalReceived = Extract<EngineEvent, { type: 'signalReceived' }>;
type ApprovalDecided = Extract<EngineEvent, { type: 'approvalDecided' }>;

/** Live after a rejection that the graph provides for. */
const REJECTED_PORTS: LivePorts = new Set(['rejected', 'always']);

/** How the signal that a node waits for is stored: `name` or `name/key`. Names have no slash. */
export function correlationOf(name: string, key: string | null): string {
  return key === null ? name : `${name}/${key}`;
}

/** Takes a signal that came before, or waits for one. */
export function beginSignal(
  draft: Draft,
  compiled: CompiledNode,
  node: NodeRunState,
  plan: Plan & { kind: 'signal' },
): void {
  node.startedAt = draft.at;
  node.correlation = correlationOf(plan.name, plan.key);
  const kept = draft.get('signals');
  const found = kept.find((signal) => correlationOf(signal.name, signal.key) === node.correlation);
  if (!found) return beginToWait(draft, node, 'signal', plan.expiresMs);
  draft.set(
    'signals',
    kept.filter((signal) => signal !== found),
  );
  succeed(draft, compiled, found.payload);
}

/** Asks people. */
export function beginApproval(
  draft: Draft,
  node: NodeRunState,
  plan: Plan & { kind: 'approval' },
): void {
  node.startedAt = draft.at;
  node.prompt = plan.prompt;
  beginToWait(draft, node, 'approval', plan.expiresMs);
}

function beginToWait(
  draft: Draft,
  node: NodeRunState,
  waitingFor: 'signal' | 'approval',
  expiresMs: number | null,
): void {
  node.state = 'waiting';
  node.waitingFor = waitingFor;
  draft.recordAttempt(node, 'running');
  if (expiresMs === null) return;
  node.dueAt = draft.at + expiresMs;
  draft.arm('expiry', node, node.dueAt);
}

/** Hands a signal to the node that has waited longest for it, or keeps it until one does. */
export function signalReceived(draft: Draft, event: SignalReceived): void {
  const { name, key, payload } = event;
  if (sizeWithin(payload, ENGINE_LIMITS.signalSizeMax) === null) {
    throw illegal(
      `The payload is larger than ${ENGINE_LIMITS.signalSizeMax} characters of JSON or nested too deeply.`,
    );
  }
  const compiled = longestWaiting(draft, correlationOf(name, key));
  if (compiled) {
    draft.edit(compiled.key);
    return succeed(draft, compiled, payload);
  }
  if (event.signalId !== null) throw stale(`No node of this run waits for the signal "${name}".`);
  keepSignal(draft, { name, key, payload, at: draft.at });
}

function longestWaiting(draft: Draft, correlation: string): CompiledNode | null {
  let found: CompiledNode | null = null;
  let since = Infinity;
  for (const compiled of draft.graph.nodes.values()) {
    const node = draft.node(compiled.key);
    if (node?.waitingFor !== 'signal' || node.correlation !== correlation) continue;
    const startedAt = node.startedAt ?? 0;
    if (startedAt >= since) continue;
    found = compiled;
    since = startedAt;
  }
  return found;
}

function keepSignal(draft: Draft, signal: StoredSignal): void {
  const kept = draft.get('signals');
  const { signalsKeptMax, signalsKeptSizeMax } = ENGINE_LIMITS;
  const next = [...kept, signal];
  const isTooMuch = sizeWithin(next as unknown as Json, signalsKeptSizeMax) === null;
  if (kept.length >= signalsKeptMax || isTooMuch) {
    throw illegal(
      `No node waits for the signal "${signal.name}", and the run keeps at most ${signalsKeptMax} signals of together ${signalsKeptSizeMax} characters for later.`,
    );
  }
  draft.set('signals', next);
}

/** A person decided. Whether this person may is the caller's to check. */
export function approvalDecided(draft: Draft, event: ApprovalDecided): void {
  const { nodeKey, decision, values, actor, reason } = event;
  const compiled = draft.compiled(nodeKey);
  const current = draft.node(nodeKey);
  if (current?.waitingFor !== 'approval' || !current.prompt) {
    throw illegal(`Node "${nodeKey}" does not wait for a decision.`);
  }
  if (sizeWithin(values, ENGINE_LIMITS.signalSizeMax) === null) {
    throw illegal(
      `The values are larger than ${ENGINE_LIMITS.signalSizeMax} characters of JSON or nested too deeply.`,
    );
  }
  const { form } = current.prompt;
  const [misfit] = form && decision === 'approved' ? checkInput(form, values) : [];
  if (misfit) throw illegal(`The values do not fit the form: ${misfit.message}`);
  const node = draft.edit(nodeKey);
  node.by = { actor, action: 'decide', reason };
  const by = { id: actor.id, name: actor.name };
  conclude(draft, compiled, decision, { by, comment: reason, values });
}

function conclude(
  draft: Draft,
  compiled: CompiledNode,
  decision: 'approved' | 'rejected',
  facts: { by: JsonObject | null; comment: string | null; values: Json },
): void {
  const output = { decision, ...facts, at: new Date(draft.at).toISOString() };
  if (decision === 'approved') return succeed(draft, compiled, output, { ports: ['approved'] });
  const isProvidedFor = compiled.outgoing.some((edge) => edge.port === 'rejected');
  if (isProvidedFor) return succeed(draft, compiled, output, { onlyPorts: REJECTED_PORTS });
  const who = facts.by ? `by ${String(facts.by['name'])}` : 'because nobody decided in time';
  const why = facts.comment ? `: ${facts.comment}` : '';
  const message = `Rejected ${who}${why}`.slice(0, ENGINE_LIMITS.errorMessageLengthMax);
  failAttempt(draft, compiled, { code: 'REJECTED', message, isFinal: true });
}

/** Nobody answered a signal or an approval in time. */
export function expire(draft: Draft, node: NodeRunState, attempt: number): void {
  const isWaiting = node.waitingFor === 'signal' || node.waitingFor === 'approval';
  if (!isWaiting || node.attempt !== attempt || node.dueAt === null) {
    throw stale(`Attempt ${attempt} of node "${node.key}" does not wait for an answer.`);
  }
  const compiled = draft.compiled(node.key);
  draft.edit(node.key);
  switch (compiled.type.expiry?.(compiled.node.config)) {
    case 'approve':
      return conclude(draft, compiled, 'approved', NOBODY);
    case 'reject':
      return conclude(draft, compiled, 'rejected', NOBODY);
    case 'succeed':
      return succeed(draft, compiled, null, { ports: ['expired'] });
    default:
      return failAttempt(draft, compiled, expired(node), ['expired']);
  }
}

const NOBODY = { by: null, comment: null, values: null };

function expired({ waitingFor, correlation }: NodeRunState): NodeError {
  const what =
    waitingFor === 'signal' ? `The signal "${correlation}" did not come` : 'Nobody decided';
  return { code: 'EXPIRED', message: `${what} in time.`, isFinal: true };
}
