import { copyFragment, type GraphDocument, type GraphFragment } from '@heddle/graph';
import { isJsonObject } from '@heddle/kernel';

/** Marks our JSON on the system clipboard; the text stays readable and can be pasted anywhere. */
const CLIPBOARD_KIND = 'heddle/fragment';
/** Longest text that is looked at as a fragment. */
const CLIPBOARD_SIZE_MAX = 5_000_000;

/** The chosen nodes and the edges among them as JSON text for the clipboard. */
export function toClipboardText(graph: GraphDocument, keys: Iterable<string>): string {
  return JSON.stringify({ kind: CLIPBOARD_KIND, ...copyFragment(graph, keys) }, null, 2);
}

/** The fragment in a clipboard text: one of ours, or a whole graph document. Null for anything else. */
export function fromClipboardText(text: string): GraphFragment | null {
  if (text.length > CLIPBOARD_SIZE_MAX || !text.trimStart().startsWith('{')) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Any other text on the clipboard: not ours to paste.
    return null;
  }
  if (!isJsonObject(value)) return null;
  const { nodes, edges } = value;
  if (!Array.isArray(nodes) || !Array.isArray(edges) || nodes.length === 0) return null;
  // The paste operation checks every node and edge.
  return { nodes, edges } as unknown as GraphFragment;
}

/** Top left corner of a fragment. */
export function cornerOf(fragment: GraphFragment): { x: number; y: number } {
  const xs = fragment.nodes.map((node) =>
    Number.isFinite(node.position?.x) ? node.position.x : 0,
  );
  const ys = fragment.nodes.map((node) =>
    Number.isFinite(node.position?.y) ? node.position.y : 0,
  );
  return { x: Math.min(...xs), y: Math.min(...ys) };
}
