import { isJsonObject, type Problem } from '@heddle/kernel';
import type { HeddleApiError } from '@heddle/studio-data';

/** Problems that a refusal brings along in `details.problems`; empty when it brings none. */
export function inputProblemsOf(error: HeddleApiError): Problem[] {
  const listed = error.details['problems'];
  if (!Array.isArray(listed)) return [];
  return listed.flatMap((entry) => {
    if (!isJsonObject(entry) || typeof entry['message'] !== 'string') return [];
    const path =
      typeof entry['path'] === 'string'
        ? { path: entry['path'].replace(/^\/input(?=\/|$)/, '') }
        : {};
    return [
      {
        code: String(entry['code'] ?? ''),
        message: entry['message'],
        severity: 'error' as const,
        ...path,
      },
    ];
  });
}
