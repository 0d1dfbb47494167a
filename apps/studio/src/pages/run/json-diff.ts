import { isJsonObject, type Json } from '@heddle/kernel';

/** Places listed at most. */
const CHANGES_MAX = 50;

/** JSON pointers of the values that differ between two JSON values; the root is an empty pointer. */
export function changedPaths(
  before: Json | undefined,
  after: Json | undefined,
  path = '',
): string[] {
  if (before === after) return [];
  if (isJsonObject(before) && isJsonObject(after)) return below(before, after, path);
  if (Array.isArray(before) && Array.isArray(after))
    return below(
      Object.fromEntries(Object.entries(before)),
      Object.fromEntries(Object.entries(after)),
      path,
    );
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [path];
}

function below(
  before: { [key: string]: Json },
  after: { [key: string]: Json },
  path: string,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .flatMap((name) => changedPaths(before[name], after[name], `${path}/${name}`))
    .slice(0, CHANGES_MAX);
}
