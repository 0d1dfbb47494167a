import type { Rule } from '../finding.js';

/** A README says what, why and where to look; more belongs into docs/. */
const LINES_MAX = 30;

/** Every library has a README, and it is short. */
export const readmes: Rule = {
  name: 'readmes',
  check: (repository) =>
    repository.packages.flatMap(({ directory }) => {
      const path = `${directory}/README.md`;
      if (!repository.has(path))
        return directory.startsWith('libs/')
          ? [
              {
                path,
                message: 'is missing: say what the library is for, and name three key files.',
              },
            ]
          : [];
      const count = repository.text(path).trimEnd().split('\n').length;
      return count > LINES_MAX
        ? [{ path, message: `has ${count} lines; at most ${LINES_MAX}.` }]
        : [];
    }),
};
