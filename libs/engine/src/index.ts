export { checkGraph } from './check.js';
export {
  compileGraph,
  compiledAt,
  type CompiledEdge,
  type CompiledGraph,
  type CompiledNode,
  type CompileResult,
} from './compile.js';
export * from './event.js';
export * from './join.js';
export * from './limits.js';
export { MARKED_FAILED } from './mark.js';
export * from './node-type.js';
export { freshNode, isOpen } from './draft.js';
export { nextDelayMs } from './retry.js';
export { planRerun, type RerunNode, type RerunPlan, type RerunRequest } from './rerun-plan.js';
export * from './run.js';
export * from './state.js';
export { correlationOf } from './waits.js';
export { step, type StepResult } from './step.js';
export type { DispatchFacts } from './wait-messages.js';
export {
  OPEN_SOURCES_MAX,
  WAIT_CHAIN_MAX,
  waitReasons,
  type OpenSource,
  type WaitReason,
} from './wait-reasons.js';
