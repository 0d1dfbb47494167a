import type { Problem } from '@heddle/kernel';

/** Messages of the problems at exactly this place; `prefix` is put before the path that the form uses. */
export function problemsAt(
  problems: readonly Problem[],
  prefix: string,
): (path: string) => string[] {
  const byPath = new Map<string, string[]>();
  for (const { path, message } of problems) {
    if (path === undefined || !path.startsWith(prefix)) continue;
    const place = path.slice(prefix.length);
    byPath.set(place, [...(byPath.get(place) ?? []), message]);
  }
  return (path) => byPath.get(path) ?? [];
}
