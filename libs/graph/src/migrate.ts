import { isJsonObject, type Json, type JsonObject, type Problem } from '@heddle/kernel';
import { BODY_TYPES } from './bodies.js';
import { GRAPH_SCHEMA_VERSION } from './document.js';

/**
 * Turns a document of the version before into one of the version it is keyed by. Steps are added,
 * never changed.
 */
const STEPS: Readonly<Record<number, (document: JsonObject) => JsonObject>> = {};

/** Outcome of {@link migrateGraph}. */
export type MigratedGraph = { ok: true; value: Json } | { ok: false; problem: Problem };

/**
 * Brings a stored document, bodies included, to {@link GRAPH_SCHEMA_VERSION}. Only the version is checked here; the
 * shape is checked by `parseGraph`.
 */
export function migrateGraph(value: Json): MigratedGraph {
  if (!isJsonObject(value)) return refuse('', 'A graph is a JSON object with nodes and edges.');
  let version = value['schemaVersion'];
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    return refuse('/schemaVersion', 'The schema version must be a whole number from 1.');
  }
  if (version > GRAPH_SCHEMA_VERSION) {
    const message = `This document has schema version ${version}; this server reads up to ${GRAPH_SCHEMA_VERSION}.`;
    return refuse('/schemaVersion', message);
  }
  let document = value;
  while (version < GRAPH_SCHEMA_VERSION) {
    version++;
    const migrate = STEPS[version];
    if (migrate) document = migrate(document);
  }
  return { ok: true, value: withMigratedBodies(document) };
}

/** Bodies are documents of their own. One that cannot be migrated is left for the checks to find. */
function withMigratedBodies(document: JsonObject): JsonObject {
  const { nodes } = document;
  if (!Array.isArray(nodes)) return document;
  const next = nodes.map((node) => {
    if (!isJsonObject(node) || !BODY_TYPES.has(String(node['type']))) return node;
    const { config } = node;
    const body = isJsonObject(config) ? config['body'] : undefined;
    const migrated = body === undefined ? null : migrateGraph(body);
    if (!migrated?.ok || migrated.value === body) return node;
    return { ...node, config: { ...(config as JsonObject), body: migrated.value } };
  });
  return next.some((node, i) => node !== nodes[i]) ? { ...document, nodes: next } : document;
}

function refuse(path: string, message: string): MigratedGraph {
  return { ok: false, problem: { code: 'SCHEMA_VERSION', message, severity: 'error', path } };
}
