import { escapePointer } from '@heddle/expression';

/** Nesting allowed in a document. */
export const JSON_DEPTH_MAX = 100;

/** Where a value is not plain JSON, is nested too deeply, or is too large. */
export interface JsonValueProblem {
  path: string;
  message: string;
}

interface Walk {
  sizeLeft: number;
  sizeMax: number;
}

/**
 * Checks that a value from outside is plain JSON of bounded depth and size. Parts that are shared
 * (YAML aliases) count every time, so a small text that stands for gigabytes is refused early. Null
 * when all is well.
 */
export function jsonValueProblem(value: unknown, sizeMax: number): JsonValueProblem | null {
  return visit(value, '', 0, { sizeLeft: sizeMax, sizeMax });
}

function visit(value: unknown, path: string, depth: number, walk: Walk): JsonValueProblem | null {
  walk.sizeLeft -= typeof value === 'string' ? value.length + 2 : 2;
  if (walk.sizeLeft < 0) {
    return { path: '', message: `The document is larger than ${walk.sizeMax} bytes.` };
  }
  if (depth > JSON_DEPTH_MAX) {
    return { path, message: `Nested more than ${JSON_DEPTH_MAX} deep.` };
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null;
  if (typeof value === 'number') {
    return Number.isFinite(value) ? null : { path, message: `${value} is not a JSON number.` };
  }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const problem = visit(value[i], `${path}/${i}`, depth + 1, walk);
      if (problem) return problem;
    }
    return null;
  }
  return visitObject(value, path, depth, walk);
}

function visitObject(
  value: unknown,
  path: string,
  depth: number,
  walk: Walk,
): JsonValueProblem | null {
  const prototype: unknown = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
  if (prototype !== Object.prototype && prototype !== null) {
    return { path, message: `A ${typeof value} is not a JSON value.` };
  }
  for (const [key, item] of Object.entries(value as object)) {
    walk.sizeLeft -= key.length + 3;
    const place = `${path}/${escapePointer(key.slice(0, 80))}`;
    const problem = visit(item, place, depth + 1, walk);
    if (problem) return problem;
  }
  return null;
}
