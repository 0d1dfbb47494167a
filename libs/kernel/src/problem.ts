/**
 * Something wrong in what a person wrote, with its place. Lists of problems are returned, not thrown,
 * so that an editor can show all of them at once.
 */
export interface Problem {
  /** Stable machine-readable name, e.g. `UNKNOWN_NODE`. */
  code: string;
  /** One sentence for a person: the value, what is allowed, what to do. */
  message: string;
  severity: 'error' | 'warning';
  /**
   * The node it belongs to, if any. Of a problem in a graph inside a node, the outermost node; `path`
   * then leads into that graph.
   */
  nodeKey?: string;
  /** The edge it belongs to, if any. */
  edgeId?: string;
  /**
   * Place inside the node, edge or document as a JSON pointer, e.g. `/config/input/orders`. In a graph
   * inside a node it goes on below `/config/body`, with places in lists for keys:
   * `/config/body/nodes/2/config/input`, `/config/body/edges/0/when`.
   */
  path?: string;
  /** Half-open character range inside the text at `path`, for expressions. */
  range?: { start: number; end: number };
}
