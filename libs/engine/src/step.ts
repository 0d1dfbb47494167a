import type { EngineEvent, Effect, Refusal } from './event.js';
import type { RunChanges, RunState } from './state.js';
import type { CompiledGraph } from './compile.js';

/** What one event did: changes and effects, or why it was refused (the state is untouched then). */
export type StepResult =
  { ok: true; changes: RunChanges; effects: readonly Effect[] } | { ok: false; refusal: Refusal };

export declare function step(graph: CompiledGraph, state: RunState, event: EngineEvent): StepResult;
