import { connect, insertOnEdge, removeEdges, updateEdge } from './edges.js';
import { pasteFragment } from './fragments.js';
import { addNode, moveNodes, removeNodes, renameNodeKey, updateNode } from './nodes.js';
import { updateInputSchema, updateSettings } from './settings.js';

export * from './edges.js';
export * from './fragments.js';
export {
  addNode,
  moveNodes,
  removeNodes,
  renameNodeKey,
  updateNode,
  type ExpressionPathsOf,
  type NodeChanges,
} from './nodes.js';
export type { OperationResult } from './result.js';
export * from './settings.js';

/**
 * Every edit of a document, by name: what Studio's commands and the server run. Pure; documents are
 * never changed in place.
 */
export const GRAPH_OPERATIONS = {
  addNode,
  removeNodes,
  updateNode,
  renameNodeKey,
  moveNodes,
  connect,
  removeEdges,
  updateEdge,
  insertOnEdge,
  pasteFragment,
  updateSettings,
  updateInputSchema,
} as const;
