import type { Refusal } from './event.js';

/** Thrown inside a step to refuse its event; `step` turns it into data. Never leaves the engine. */
export class RefusalSignal extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

/** The event belongs to an attempt or timer that is over. */
export function stale(message: string): RefusalSignal {
  return new RefusalSignal({ code: 'STALE', message });
}

/** The event is not possible in this state. */
export function illegal(message: string): RefusalSignal {
  return new RefusalSignal({ code: 'ILLEGAL', message });
}

/** The event names a node that the graph does not have. */
export function unknownNode(key: string): RefusalSignal {
  return new RefusalSignal({
    code: 'UNKNOWN_NODE',
    message: `There is no node "${key}" in this run.`,
  });
}
