/** A node of a graph that a test draws by hand. */
export interface TestNode {
  key: string;
  type: string;
  name?: string;
  config: object;
}

/** An edge, written `from port to`. */
type TestEdge = [source: string, port: string, target: string];

const COLUMN = 300;

/** A graph document with its nodes side by side. */
export function aGraph(
  nodes: readonly TestNode[],
  edges: readonly TestEdge[] = [],
  settings: object = {},
): object {
  return {
    schemaVersion: 1,
    settings: { onFailure: 'stop', ...settings },
    nodes: nodes.map((node, column) => ({
      ...node,
      position: { x: column * COLUMN, y: (column % 2) * 60 },
    })),
    edges: edges.map(([source, port, target]) => ({
      id: `${source}-${port}-${target}`,
      source,
      port,
      target,
    })),
  };
}

/** A node that gives an output without any work. */
export function gives(key: string, output: unknown): TestNode {
  return { key, type: 'transform', config: { output } };
}

/** A node for an executor of the test's own workers. */
export function job(key: string, group: string, executor: string, input: unknown): TestNode {
  return { key, type: 'job', config: { group, executor, mode: 'single', input } };
}
