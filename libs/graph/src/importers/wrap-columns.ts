/** A node with the room that it takes, in pixels. */
export interface SizedNode {
  key: string;
  width: number;
  height: number;
}

/** Top left corners by node key. */
export type LayoutPositions = Record<string, { x: number; y: number }>;

/** A column with more nodes than this is broken into several beside each other. */
const COLUMN_NODES_MAX = 28;
const ROW_GAP = 34;
/** Between parts of one column, and between columns. */
const PART_GAP = 28;
const COLUMN_GAP = 120;

interface Placed extends SizedNode {
  y: number;
}

/** Nodes of a layered layout by column, left to right, each from top to bottom. */
function columnsOf(nodes: readonly SizedNode[], positions: LayoutPositions): Placed[][] {
  const columns = new Map<number, Placed[]>();
  for (const { key, width, height } of nodes) {
    const at = positions[key];
    if (!at) continue;
    const column = columns.get(at.x) ?? [];
    column.push({ key, y: at.y, width, height });
    columns.set(at.x, column);
  }
  const ordered = [...columns].sort(([a], [b]) => a - b).map(([, column]) => column);
  for (const column of ordered) column.sort((a, b) => a.y - b.y);
  return ordered;
}

/** Rows of a broken column: about as tall as it is wide, so that a layer of hundreds becomes a block. */
function rowsFor(count: number): number {
  return count <= COLUMN_NODES_MAX
    ? count
    : Math.max(COLUMN_NODES_MAX, Math.ceil(Math.sqrt(count * 2.4)));
}

/**
 * Breaks tall columns of a layered layout into blocks. A layer of six hundred nodes would otherwise be a hair of sixty
 * thousand pixels that no screen shows. Pure.
 */
export function wrapColumns(
  nodes: readonly SizedNode[],
  positions: LayoutPositions,
): LayoutPositions {
  const wrapped: LayoutPositions = {};
  let x = 0;
  for (const column of columnsOf(nodes, positions)) {
    const rows = rowsFor(column.length);
    const width = Math.max(...column.map((node) => node.width));
    const pitch = Math.max(...column.map((node) => node.height)) + ROW_GAP;
    column.forEach(({ key }, i) => {
      const part = Math.floor(i / rows);
      const inPart = Math.min(rows, column.length - part * rows);
      wrapped[key] = {
        x: x + part * (width + PART_GAP),
        y: Math.round(((i % rows) - (inPart - 1) / 2) * pitch),
      };
    });
    const parts = Math.ceil(column.length / rows);
    x += parts * (width + PART_GAP) + COLUMN_GAP;
  }
  return wrapped;
}
