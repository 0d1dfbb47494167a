import type { Finding, Rule } from '../finding.js';

/** Spelled apart so that this file does not find itself. */
const LATER = new RegExp(`\\b${'TO'}${'DO'}\\b(?!\\(#\\d+\\))`);
const NEVER = new RegExp(
  `\\b(${'FIX'}${'ME'}|${'XX'}${'X'})\\b|${'eslint'}-disable|${'@ts'}-ignore`,
);

/** Work that is left names its issue; switched-off checks do not merge. */
export const remarks: Rule = {
  name: 'remarks',
  check: (repository) =>
    repository
      .matching(/\.(ts|tsx|mjs|sql|css|proto|graphql)$/)
      .filter((path) => !/\/generated\//.test(path))
      .flatMap((path) =>
        repository.lines(path).flatMap((line, index) => judge(path, line, index + 1)),
      ),
};

function judge(path: string, line: string, number: number): Finding[] {
  if (LATER.test(line))
    return [{ path, line: number, message: 'names no issue: write it as TODO(#123).' }];
  const never = NEVER.exec(line);
  return never ? [{ path, line: number, message: `"${never[0]}" does not merge.` }] : [];
}
