import { dirname } from 'node:path/posix';
import type { Finding, Rule } from '../finding.js';
import type { Repository } from '../repository.js';

const EXPORTED =
  /^export (?:declare |abstract |async )*(?:function|class|interface|type|const|enum) (\w+)/;
const REEXPORTED = /^export (?:type )?(\*|\{[^}]*\}) from '\.\/([^']+)\.js'/gm;

/** Everything that a library's `index.ts` offers says what it is for. */
export const docstrings: Rule = {
  name: 'docstrings',
  check: (repository) =>
    repository
      .matching(/^libs\/.*\/src\/index\.ts$/)
      .flatMap((index) => offered(repository, index, new Set()))
      .flatMap(({ path, names }) => undocumented(path, repository.lines(path), names)),
};

interface Offer {
  path: string;
  /** Null: everything the file exports. */
  names: Set<string> | null;
}

/** The files behind an index, through further `export *`. Generated ones are documented where they come from. */
function offered(repository: Repository, index: string, seen: Set<string>): Offer[] {
  if (seen.has(index)) return [];
  seen.add(index);
  return [...repository.text(index).matchAll(REEXPORTED)].flatMap(([, what = '', module]) => {
    const base = `${dirname(index)}/${module}`;
    const path = [`${base}.ts`, `${base}.tsx`].find((candidate) => repository.has(candidate));
    if (!path || /\/generated\//.test(path)) return [];
    if (what === '*') return [{ path, names: null }, ...offered(repository, path, seen)];
    const names = what
      .slice(1, -1)
      .split(',')
      .map((name) => name.trim().replace(/^type |\s+as\s+\w+$/g, ''));
    return [{ path, names: new Set(names) }];
  });
}

function undocumented(path: string, lines: string[], names: Set<string> | null): Finding[] {
  return lines.flatMap((line, index) => {
    const name = EXPORTED.exec(line)?.[1];
    if (!name || (names && !names.has(name)) || hasDocstring(lines, index)) return [];
    // A type beside a documented value of the same name needs no second text.
    const twin = lines.some(
      (other, at) => at !== index && EXPORTED.exec(other)?.[1] === name && hasDocstring(lines, at),
    );
    return twin ? [] : [{ path, line: index + 1, message: `${name} has no docstring.` }];
  });
}

/** Looks upwards past decorators and overloads of the same function. */
function hasDocstring(lines: string[], index: number): boolean {
  for (let at = index - 1; at >= 0; at--) {
    const line = lines[at] as string;
    if (/\*\/\s*$/.test(line)) return true;
    if (/^(@|\)|[}\]]\)|\s+\S)/.test(line) || line.startsWith('export function')) continue;
    return false;
  }
  return false;
}
