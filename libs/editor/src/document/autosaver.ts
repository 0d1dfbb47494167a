import type { GraphDocument } from '@heddle/graph';
import { nextSaveState, saveDelayMs, type SaveEvent, type SaveState } from './autosave.js';

/** Answer of the server to a save. */
export type SaveAnswer =
  | { kind: 'saved'; revision: number }
  | { kind: 'unreachable' }
  | { kind: 'conflict'; theirRevision: number }
  | { kind: 'refused'; code: string; message: string };

interface AutosaverOptions {
  revision: number;
  getGraph: () => GraphDocument;
  save: (graph: GraphDocument, baseRevision: number) => Promise<SaveAnswer>;
  /** Keeps a copy in this browser until the server confirmed it. */
  keepDraft: (graph: GraphDocument, baseRevision: number) => void;
  dropDraft: () => void;
}

/** Drives the autosave machine with timers and the network. One save at a time. */
export class Autosaver {
  state: SaveState;
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private flight: Promise<void> | null = null;

  constructor(private readonly options: AutosaverOptions) {
    this.state = { kind: 'saved', revision: options.revision };
  }

  /** Call after each edit. */
  edited(): void {
    this.options.keepDraft(this.options.getGraph(), this.state.revision);
    this.dispatch({ type: 'edited' });
  }

  /** Saves what is unsaved now; resolves when the server has it or has refused it. */
  async flush(): Promise<SaveState> {
    if (this.flight) await this.flight;
    if (this.state.kind === 'dirty' || this.state.kind === 'offline') await this.send();
    return this.state;
  }

  /** After a conflict: my draft replaces theirs. */
  keepMine(): Promise<SaveState> {
    this.dispatch({ type: 'keptMine' });
    return this.flush();
  }

  /** The draft was replaced by the server's. */
  tookTheirs(revision: number): void {
    this.options.dropDraft();
    this.dispatch({ type: 'tookTheirs', revision });
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  getState = (): SaveState => this.state;

  /** Stops the timer; a save on its way goes on. */
  close(): void {
    clearTimeout(this.timer);
    this.listeners.clear();
  }

  private dispatch(event: SaveEvent): void {
    const next = nextSaveState(this.state, event);
    if (next !== this.state) {
      this.state = next;
      for (const listener of this.listeners) listener();
    }
    clearTimeout(this.timer);
    const delayMs = saveDelayMs(this.state);
    if (delayMs !== null) this.timer = setTimeout(() => void this.send(), delayMs);
  }

  private send(): Promise<void> {
    this.flight ??= this.sendOnce().finally(() => {
      this.flight = null;
    });
    return this.flight;
  }

  private async sendOnce(): Promise<void> {
    this.dispatch({ type: 'saveStarted' });
    if (this.state.kind !== 'saving') return;
    const graph = this.options.getGraph();
    const answer = await this.options.save(graph, this.state.revision);
    if (answer.kind === 'saved') {
      if (this.options.getGraph() === graph) this.options.dropDraft();
      else this.options.keepDraft(this.options.getGraph(), answer.revision);
      this.dispatch({ type: 'saveSucceeded', revision: answer.revision });
    } else if (answer.kind === 'unreachable') this.dispatch({ type: 'saveUnreachable' });
    else if (answer.kind === 'conflict')
      this.dispatch({ type: 'saveConflicted', theirRevision: answer.theirRevision });
    else this.dispatch({ type: 'saveRefused', code: answer.code, message: answer.message });
  }
}
