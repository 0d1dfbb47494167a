export * from './api.js';
export * from './generated/operations.js';
export * from './live-client.js';
export * from './live-hooks.js';
export * from './log-tail.js';
export * from './query.js';
export {
  applyRunDelta,
  applyRunDeltas,
  applyWaitReasons,
  countStates,
  runViewOf,
} from './run-view.js';
export type { DeltaOutcome, LoadedRun, RunView } from './run-view.js';
export * from './run-watcher.js';
export type { LiveHold, LiveNode, LiveWaitReason } from '@heddle/protocol';
