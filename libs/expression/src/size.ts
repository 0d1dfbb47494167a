import type { Json } from '@heddle/kernel';

/**
 * Size of a value as JSON text, in characters, or null when it exceeds `sizeMax`. Looks at no more
 * than `sizeMax` needs, and walks with a stack: values from outside may be nested deeper than the
 * call stack.
 */
export function sizeWithin(value: Json, sizeMax: number): number | null {
  let size = 0;
  const open: Json[] = [value];
  while (open.length > 0) {
    const next = open.pop() as Json;
    if (typeof next === 'string') size += next.length + 2;
    else if (typeof next !== 'object' || next === null) size += String(next).length;
    else if (Array.isArray(next)) {
      size += next.length + 1;
      if (size > sizeMax) return null;
      for (const item of next) open.push(item);
    } else {
      size += 2;
      for (const key of Object.keys(next)) {
        size += key.length + 4;
        if (size > sizeMax) return null;
        open.push(next[key] as Json);
      }
    }
    if (size > sizeMax) return null;
  }
  return size;
}
