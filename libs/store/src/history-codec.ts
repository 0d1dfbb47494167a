import type { EngineEvent, ReusedNode } from '@heddle/engine';
import type { Json, JsonObject } from '@heddle/kernel';

/**
 * Events as the history keeps them: complete but for what is stored elsewhere. `at` is the time of the commit; outputs are
 * those of the node run, attempt or child run that the event names. The two events of every job are arrays:
 * `["L", node, attempt, worker]` leased and `["S", node, attempt]` succeeded.
 */
export function encodeEvent(event: EngineEvent): Json {
  if (event.type === 'taskLeased') return ['L', event.nodeKey, event.attempt, event.worker];
  if (event.type === 'taskSucceeded' && event.contextAppend === null)
    return ['S', event.nodeKey, event.attempt];
  const { at: _, random, ...rest } = event as EngineEvent & { output?: Json };
  const stored = { ...rest } as unknown as JsonObject;
  if (random !== 0) stored['random'] = random;
  if (event.type === 'taskSucceeded' || event.type === 'childEnded') delete stored['output'];
  if (event.type === 'runStarted' && event.reuse)
    stored['reuse'] = event.reuse.map((node) =>
      node.from === null ? node : withoutOutput(node),
    ) as unknown as Json;
  return stored;
}

function withoutOutput({ output: _, ...node }: ReusedNode): Omit<ReusedNode, 'output'> {
  return node;
}

/** The inverse of {@link encodeEvent}, without the outputs: those of `taskSucceeded`, `childEnded` and reused nodes are null. */
export function decodeEvent(stored: Json, at: number): EngineEvent {
  if (Array.isArray(stored)) {
    const [kind, nodeKey, attempt, worker] = stored as [string, string, number, string];
    const base = { at, random: 0, nodeKey, attempt };
    return kind === 'L'
      ? { type: 'taskLeased', ...base, worker }
      : { type: 'taskSucceeded', ...base, output: null, contextAppend: null };
  }
  const event = { at, random: 0, ...(stored as JsonObject) } as JsonObject;
  if (event['type'] === 'taskSucceeded' || event['type'] === 'childEnded') event['output'] ??= null;
  return event as unknown as EngineEvent;
}
