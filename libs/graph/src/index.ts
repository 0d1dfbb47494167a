export * from './bodies.js';
export * from './document.js';
export {
  EDGE_SCHEMA,
  GRAPH_SCHEMA,
  JOIN_SCHEMA,
  NODE_SCHEMA,
  RETRY_SCHEMA,
  SETTINGS_SCHEMA,
} from './document-schema.js';
export * from './importers/layered.js';
export * from './importers/wf-like.js';
export * from './importers/wfcommons.js';
export { wrapColumns, type LayoutPositions, type SizedNode } from './importers/wrap-columns.js';
export * from './index-graph.js';
export * from './input-schema.js';
export { jsonValueProblem, type JsonValueProblem } from './json-value.js';
export * from './keys.js';
export { migrateGraph, type MigratedGraph } from './migrate.js';
export * from './operations/index.js';
export { edgeIdentity, parseGraph, structureProblems, type ParsedGraph } from './parse.js';
export { checkSchema, type SchemaProblem } from './schema-check.js';
