/** Any JSON value. Numbers are IEEE doubles; `undefined` does not occur. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: Json;
}

/** A JSON Schema (draft 2020-12 or 07) as plain JSON. Compiled by Ajv where values are checked. */
export type JsonSchema = JsonObject;

/** True for a plain JSON object; false for null, arrays and scalars. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Size of a value as UTF-8 JSON text, in bytes. */
export function jsonSizeBytes(value: Json): number {
  return utf8SizeBytes(JSON.stringify(value));
}

/** Size of a text in UTF-8, in bytes, without encoding it. */
export function utf8SizeBytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // A surrogate pair is two units and four bytes: two per unit. Everything else above 0x7ff is three.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

/** Sets a property of that very name: plain assignment to `__proto__` would change the prototype instead. */
export function setOwn<T>(target: Record<string, T>, key: string, value: T): void {
  if (key !== '__proto__') target[key] = value;
  else {
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
}
