import { isJsonObject, type Json, type JsonSchema } from '@heddle/kernel';

/** Depth to which defaults are filled in; deeper objects start empty. */
const DEPTH_MAX = 8;

/** The value that a form of this schema starts with: every `default`, below objects that have properties. */
export function defaultsOf(schema: JsonSchema | null | undefined, depth = 0): Json | undefined {
  if (!schema || depth > DEPTH_MAX) return undefined;
  if (schema['default'] !== undefined) return schema['default'];
  if (!isJsonObject(schema['properties'])) return undefined;
  const value: { [name: string]: Json } = {};
  for (const [name, property] of Object.entries(schema['properties'])) {
    const filled = isJsonObject(property) ? defaultsOf(property, depth + 1) : undefined;
    if (filled !== undefined) value[name] = filled;
  }
  return depth > 0 && Object.keys(value).length === 0 ? undefined : value;
}
