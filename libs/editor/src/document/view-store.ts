import { createStore, type StoreApi } from 'zustand/vanilla';

/** Where a new node is to be put once a type is chosen, and what it is to be connected with. */
export interface PendingInsert {
  /** Place on the canvas, in flow coordinates. */
  position: { x: number; y: number };
  /** Place of the search box, in pixels of the canvas element. */
  screen: { x: number; y: number };
  source?: { key: string; port: string };
  edgeId?: string;
}

/** The left-hand or floating thing that is open. */
export type OpenPanel = 'none' | 'settings' | 'problems';
/** Dialogs and overlays of the editor itself. */
export type Overlay = 'none' | 'shortcuts' | 'find';

/** What a person looks at: never part of the document, never undone. */
export interface ViewState {
  nodes: ReadonlySet<string>;
  edges: ReadonlySet<string>;
  panel: OpenPanel;
  overlay: Overlay;
  insert: PendingInsert | null;
  /** A node to flash after a jump. */
  flash: string | null;
  isPaletteOpen: boolean;
  /** Keys of the nodes whose bodies are open, outermost first; empty: the workflow itself. */
  path: readonly string[];
}

const NONE: ReadonlySet<string> = new Set();

/** The view state of one editor. */
export type ViewStore = StoreApi<ViewState>;

/** A view with nothing selected. */
export function createViewStore(): ViewStore {
  return createStore<ViewState>(() => ({
    nodes: NONE,
    edges: NONE,
    panel: 'none',
    overlay: 'none',
    insert: null,
    flash: null,
    isPaletteOpen: true,
    path: [],
  }));
}

/** Selects exactly these elements. */
export function select(
  view: ViewStore,
  nodes: Iterable<string>,
  edges: Iterable<string> = [],
): void {
  view.setState({ nodes: new Set(nodes), edges: new Set(edges) });
}

/** Drops what no longer exists from the selection. */
export function pruneSelection(
  view: ViewStore,
  exists: { node: (key: string) => boolean; edge: (id: string) => boolean },
): void {
  const { nodes, edges } = view.getState();
  const keptNodes = [...nodes].filter(exists.node);
  const keptEdges = [...edges].filter(exists.edge);
  if (keptNodes.length !== nodes.size || keptEdges.length !== edges.size)
    select(view, keptNodes, keptEdges);
}
