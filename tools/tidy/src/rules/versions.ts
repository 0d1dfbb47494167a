import type { Finding, Rule } from '../finding.js';
import type { Manifest } from '../repository.js';

const EXACT = /^(npm:[^@]+@|npm:@[^@]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/;

/** One exact version of each dependency in the whole workspace. */
export const versions: Rule = {
  name: 'versions',
  check(repository) {
    const findings: Finding[] = [];
    const first = new Map<string, { version: string; path: string }>();
    const manifests = [
      { path: 'package.json', manifest: repository.json('package.json') as Manifest },
      ...repository.packages.map(({ directory, manifest }) => ({
        path: `${directory}/package.json`,
        manifest,
      })),
    ];
    for (const { path, manifest } of manifests)
      for (const [name, version] of Object.entries({
        ...manifest.devDependencies,
        ...manifest.dependencies,
      })) {
        if (!EXACT.test(version))
          findings.push({ path, message: `${name} is "${version}"; pin an exact version.` });
        const other = first.get(name);
        if (other && other.version !== version)
          findings.push({
            path,
            message: `${name} is ${version} here and ${other.version} in ${other.path}; use one version.`,
          });
        if (!other) first.set(name, { version, path });
      }
    return findings;
  },
};
