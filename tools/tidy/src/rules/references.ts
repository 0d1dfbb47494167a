import { relative } from 'node:path';
import type { Finding, Rule } from '../finding.js';
import type { Repository } from '../repository.js';

interface TsConfig {
  references?: { path: string }[];
}

/** The compiler builds in the order of `references`; they must say what package.json says. */
export const references: Rule = {
  name: 'references',
  check: (repository) => places(repository).flatMap((place) => differences(repository, place)),
  fix(repository) {
    for (const { path, wanted } of places(repository)) {
      const config = repository.json(path) as TsConfig;
      const same = JSON.stringify(pathsOf(config)) === JSON.stringify(wanted);
      if (same) continue;
      const text = JSON.stringify(
        { ...config, references: wanted.map((to) => ({ path: to })) },
        null,
        2,
      );
      repository.write(path, `${text}\n`);
    }
  },
};

interface Place {
  path: string;
  /** Referenced paths, sorted, as they should be. */
  wanted: string[];
}

function places(repository: Repository): Place[] {
  const compiled = repository.packages.filter(({ directory }) =>
    repository.has(`${directory}/tsconfig.json`),
  );
  const directoryOf = new Map(
    compiled.map(({ directory, manifest }) => [manifest.name, directory]),
  );
  const own = compiled.map(({ directory, manifest }) => ({
    path: `${directory}/tsconfig.json`,
    wanted: Object.keys(manifest.dependencies ?? {})
      .flatMap((name) => directoryOf.get(name) ?? [])
      .map((target) => relative(directory, target))
      .sort(),
  }));
  const all = compiled.map(({ directory }) => directory).sort();
  return [{ path: 'tsconfig.json', wanted: all }, ...own];
}

function differences(repository: Repository, { path, wanted }: Place): Finding[] {
  const found = pathsOf(repository.json(path) as TsConfig);
  const missing = wanted.filter((to) => !found.includes(to));
  const extra = found.filter((to) => !wanted.includes(to));
  const message = (verb: string, to: string) =>
    `references ${verb} ${to}, as package.json says. Run: npm run tidy -- --fix`;
  return [
    ...missing.map((to) => ({ path, message: message('must name', to) })),
    ...extra.map((to) => ({ path, message: message('must not name', to) })),
  ];
}

function pathsOf(config: TsConfig): string[] {
  return (config.references ?? []).map(({ path }) => path).sort();
}
