export * from './builders.js';
export { CHILD_INVARIANTS } from './child-invariants.js';
export { answerTo, askingNodes, childDisturbance } from './child-moves.js';
export * from './chooser.js';
export * from './failure.js';
export {
  checkInvariants,
  countsOf,
  INVARIANTS,
  plainState,
  sortedJson,
  type ObservedStep,
} from './invariants.js';
export { HOLD_INVARIANTS } from './hold-invariants.js';
export { UNDO_INVARIANTS } from './undo-invariants.js';
export { holdsOf, operatorMove, releaseOf } from './operator-moves.js';
export { randomGraph, type GraphOptions } from './random-graph.js';
export {
  mustCompile,
  SIM_META,
  simulate,
  simulateSeed,
  SIMULATION_DEFAULTS,
  type EventBody,
  type SimulationOptions,
  type SimulationReport,
} from './simulation.js';
export * from './tasks.js';
export * from './oracle.js';
export * from './virtual-run.js';
export * from './seeds.js';
export * from './scenario.js';
export * from './run-tree.js';
export * from './tree-simulation.js';
