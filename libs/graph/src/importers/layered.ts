/** Distance between layers and between nodes of one layer on the canvas, in pixels. */
const LAYER_GAP = 280;
const NODE_GAP = 110;

/** A node of a graph to be laid out, with the nodes it comes after. */
export interface LayeredItem {
  id: string;
  parents: readonly string[];
}

/**
 * Places for a graph that has none: one column per longest distance from a source, nodes of a
 * column ordered by the mean place of their parents. Null when there is a cycle.
 */
export function layeredPositions(
  items: readonly LayeredItem[],
): Map<string, { x: number; y: number }> | null {
  const layers = layersOf(items);
  if (!layers) return null;
  const parents = new Map(items.map((item) => [item.id, item.parents]));
  const columns: string[][] = [];
  for (const [id, layer] of layers) (columns[layer] ??= []).push(id);
  const rows = new Map<string, number>();
  for (const column of columns) {
    const wish = new Map(column.map((id, i) => [id, meanRow(parents.get(id) ?? [], rows) ?? i]));
    column.sort((a, b) => (wish.get(a) as number) - (wish.get(b) as number));
    column.forEach((id, i) => rows.set(id, i - (column.length - 1) / 2));
  }
  return new Map(
    items.map(({ id }) => [
      id,
      {
        x: (layers.get(id) as number) * LAYER_GAP,
        y: Math.round((rows.get(id) as number) * NODE_GAP),
      },
    ]),
  );
}

function meanRow(parents: readonly string[], rows: ReadonlyMap<string, number>): number | null {
  if (parents.length === 0) return null;
  return parents.reduce((sum, id) => sum + (rows.get(id) ?? 0), 0) / parents.length;
}

function layersOf(items: readonly LayeredItem[]): Map<string, number> | null {
  const children = new Map<string, string[]>();
  const missing = new Map(items.map((item) => [item.id, item.parents.length]));
  for (const { id, parents } of items) {
    for (const parent of parents) {
      const list = children.get(parent);
      if (list) list.push(id);
      else children.set(parent, [id]);
    }
  }
  const layers = new Map<string, number>();
  const order = items.filter((item) => item.parents.length === 0).map((item) => item.id);
  for (const id of order) layers.set(id, 0);
  for (let i = 0; i < order.length; i++) {
    const id = order[i] as string;
    for (const child of children.get(id) ?? []) {
      layers.set(child, Math.max(layers.get(child) ?? 0, (layers.get(id) as number) + 1));
      const left = (missing.get(child) as number) - 1;
      missing.set(child, left);
      if (left === 0) order.push(child);
    }
  }
  return order.length === items.length ? layers : null;
}
