import type { JsonSchema } from '@heddle/kernel';
import { SETTINGS_SCHEMA } from '../document-schema.js';
import type { GraphDocument, GraphSettings } from '../document.js';
import { checkSchema } from '../schema-check.js';
import { withChanges } from './nodes.js';
import { done, refuse, type OperationResult } from './result.js';

/** Fields of the settings to set; null removes an optional one. */
export type SettingsChanges = { [Field in keyof GraphSettings]?: GraphSettings[Field] | null };

/** Changes settings of the whole graph. */
export function updateSettings(
  graph: GraphDocument,
  { changes }: { changes: SettingsChanges },
): OperationResult {
  const settings = withChanges(graph.settings, changes);
  const [first] = checkSchema(SETTINGS_SCHEMA, settings as never);
  if (first) return refuse('SCHEMA', first.message, { path: `/settings${first.path}` });
  return done({ ...graph, settings });
}

/** Sets or, by null, removes the JSON Schema of the run's input. */
export function updateInputSchema(
  graph: GraphDocument,
  { inputSchema }: { inputSchema: JsonSchema | null },
): OperationResult {
  return done(withChanges(graph, { inputSchema }));
}
