import type { Rule } from '../finding.js';

/** Longest file that a person wrote, in lines. */
const LINES_MAX = 500;
const WRITTEN = /\.(ts|tsx|mjs|css|sql)$/;
/** `schema.graphql` and `schema.sql` are contracts that belong into one file. */
const EXEMPT = /(^|\/)(generated\/|schema\.(graphql|sql)$)/;

/** Files stay small enough to be read in one sitting. */
export const budgets: Rule = {
  name: 'budgets',
  check: (repository) =>
    repository
      .matching(WRITTEN)
      .filter((path) => !EXEMPT.test(path))
      .flatMap((path) => {
        const count = repository.text(path).trimEnd().split('\n').length;
        return count > LINES_MAX
          ? [{ path, message: `has ${count} lines; at most ${LINES_MAX}. Split it.` }]
          : [];
      }),
};
