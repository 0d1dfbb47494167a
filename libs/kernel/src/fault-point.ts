/** What a test does at a fault point: wait, throw, or end the process. */
export type FaultHandler = (name: string) => void | Promise<void>;

let handler: FaultHandler | null = null;

/**
 * Marks a spot where a test can pause, crash or fail, e.g. `await faultPoint('result:before-commit')`. Nothing happens
 * unless a handler is set, which production never does.
 */
export function faultPoint(name: string): void | Promise<void> {
  return handler?.(name);
}

/** Sets what happens at every fault point of this process; null: nothing. */
export function setFaultHandler(next: FaultHandler | null): void {
  handler = next;
}
