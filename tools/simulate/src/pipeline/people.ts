import type { EventBody } from '@heddle/server-runs';

/** Who acts. */
export const ACTOR = { id: 'user:1', name: 'Ana' };

/** Child events are the pipeline's own: nobody else sends them. */
export function peopleOnly(event: EventBody): EventBody {
  if (event.type !== 'childEnded' && event.type !== 'childReopened') return event;
  return {
    type: 'itemRetryRequested',
    nodeKey: event.nodeKey,
    index: event.index,
    actor: ACTOR,
    reason: null,
  };
}
