import { bodyOf, type GraphDocument, indexOf, placeOfProblem } from '@heddle/graph';
import type { Problem } from '@heddle/kernel';
import type { EditorSession } from '../session.js';
import { existingLevel, isSameLevel, type LevelPath } from './level-store.js';

/** Shows the graph at a path, as far as it exists, with nothing selected. */
export function goToLevel(session: EditorSession, path: LevelPath): void {
  const level = existingLevel(session.root.state.getState().graph, path);
  if (isSameLevel(level, session.view.getState().path)) return;
  session.view.setState({
    path: level,
    nodes: new Set(),
    edges: new Set(),
    insert: null,
    overlay: 'none',
  });
}

/** The key of the selected node, when exactly one is selected and it holds a graph. */
export function openableKey({ document, view }: EditorSession): string | undefined {
  const { nodes } = view.getState();
  const [key] = nodes;
  if (nodes.size !== 1 || key === undefined) return undefined;
  const node = indexOf(document.state.getState().graph).nodes.get(key);
  return node && bodyOf(node) ? key : undefined;
}

/** Shows the graph drawn inside a node of the present level. */
export function openBody(session: EditorSession, key: string): void {
  goToLevel(session, [...session.view.getState().path, key]);
}

/** Goes up to the graph around, with the node selected that was left. */
export function goUp(session: EditorSession): void {
  const { path } = session.view.getState();
  const key = path[path.length - 1];
  if (key === undefined) return;
  goToLevel(session, path.slice(0, -1));
  session.view.setState({ nodes: new Set([key]) });
}

/**
 * Problems as one level sees them: its own as they are, those of graphs deeper down at the node that they lie in. What
 * lies elsewhere is left out. Pure.
 */
export function problemsAtLevel(
  document: GraphDocument,
  problems: readonly Problem[],
  level: LevelPath,
): Problem[] {
  return problems.flatMap((problem) => {
    const place = placeOfProblem(document, problem);
    if (!isSameLevel(place.path.slice(0, level.length), level)) return [];
    const holder = place.path[level.length];
    if (holder === undefined) return [place.problem];
    const { edgeId: _edgeId, range: _range, ...rest } = problem;
    return [{ ...rest, nodeKey: holder, path: '/config/body' }];
  });
}
