/**
 * Autosave as a state machine without clock or network: (state, event) → state, and what to do next is read off the state.
 * A draft is never lost: until the server confirmed it, a copy lies in this browser.
 */
export type SaveState =
  /** The server has everything. */
  | { kind: 'saved'; revision: number }
  /** Edits wait for the pause in typing. */
  | { kind: 'dirty'; revision: number }
  /** A save is on its way; `isDirtyAgain` when edits came since. */
  | { kind: 'saving'; revision: number; isDirtyAgain: boolean }
  /** The server could not be reached; tried again after a while. */
  | { kind: 'offline'; revision: number; failureCount: number }
  /** Somebody else saved in the meantime: a person decides. */
  | { kind: 'conflict'; revision: number; theirRevision: number }
  /** The server refused the draft; another edit tries again. */
  | { kind: 'refused'; revision: number; code: string; message: string };

/** What happens to a draft. */
export type SaveEvent =
  | { type: 'edited' }
  | { type: 'saveStarted' }
  | { type: 'saveSucceeded'; revision: number }
  | { type: 'saveUnreachable' }
  | { type: 'saveConflicted'; theirRevision: number }
  | { type: 'saveRefused'; code: string; message: string }
  /** The person keeps their own draft: the next save goes on top of the other one. */
  | { type: 'keptMine' }
  /** The person took the other draft. */
  | { type: 'tookTheirs'; revision: number };

/** Pause after the last edit before a save. */
export const SAVE_DELAY_MS = 800;
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 15_000;

/** The next state. Events that make no sense in a state leave it as it is. */
export function nextSaveState(state: SaveState, event: SaveEvent): SaveState {
  const { revision } = state;
  switch (event.type) {
    case 'edited':
      if (state.kind === 'saving') return { ...state, isDirtyAgain: true };
      return state.kind === 'conflict' || state.kind === 'offline'
        ? state
        : { kind: 'dirty', revision };
    case 'saveStarted':
      return state.kind === 'dirty' || state.kind === 'offline'
        ? { kind: 'saving', revision, isDirtyAgain: false }
        : state;
    case 'saveSucceeded':
      if (state.kind !== 'saving') return state;
      return { kind: state.isDirtyAgain ? 'dirty' : 'saved', revision: event.revision };
    case 'saveUnreachable':
      return state.kind === 'saving'
        ? { kind: 'offline', revision, failureCount: 1 }
        : state.kind === 'offline'
          ? { ...state, failureCount: state.failureCount + 1 }
          : state;
    case 'saveConflicted':
      return { kind: 'conflict', revision, theirRevision: event.theirRevision };
    case 'saveRefused':
      return { kind: 'refused', revision, code: event.code, message: event.message };
    case 'keptMine':
      return state.kind === 'conflict' ? { kind: 'dirty', revision: state.theirRevision } : state;
    case 'tookTheirs':
      return { kind: 'saved', revision: event.revision };
  }
}

/** When to save in this state, in milliseconds from now; null: not by itself. */
export function saveDelayMs(state: SaveState): number | null {
  if (state.kind === 'dirty') return SAVE_DELAY_MS;
  if (state.kind !== 'offline') return null;
  return Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(state.failureCount - 1, 10));
}

/** Whether closing the page now could lose an edit that the server does not have. */
export function hasUnsaved(state: SaveState): boolean {
  return state.kind !== 'saved';
}
