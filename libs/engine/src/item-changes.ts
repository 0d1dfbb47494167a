import type { ChildItem, RunChanges, RunState } from './state.js';

type Change = RunChanges['items'][number];

/** Items of one node that were written in this step. */
interface NodeItems {
  /** True: what the state has of the node counts no more. */
  isForgotten: boolean;
  written: Map<number, ChildItem>;
}

/** The items of child runs as one step leaves them: reads fall through to the state. */
export class ItemChanges {
  readonly list: Change[] = [];
  private readonly nodes = new Map<string, NodeItems>();

  constructor(private readonly state: RunState) {}

  /** Undefined for an item that has not been started. */
  get(nodeKey: string, index: number): ChildItem | undefined {
    const own = this.nodes.get(nodeKey);
    const written = own?.written.get(index);
    if (written || own?.isForgotten) return written;
    // A list restored from text has null where nothing was.
    return this.state.items.get(nodeKey)?.[index] ?? undefined;
  }

  set(nodeKey: string, index: number, item: ChildItem): void {
    this.of(nodeKey).written.set(index, item);
    this.list.push({ nodeKey, index, item });
  }

  /** Forgets all items of a node. */
  forget(nodeKey: string): void {
    this.nodes.set(nodeKey, { isForgotten: true, written: new Map() });
    this.list.push({ nodeKey, index: 0, item: null });
  }

  private of(nodeKey: string): NodeItems {
    let own = this.nodes.get(nodeKey);
    if (!own) this.nodes.set(nodeKey, (own = { isForgotten: false, written: new Map() }));
    return own;
  }
}
