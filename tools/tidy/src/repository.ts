import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Directories that hold nothing written by a person. */
const SKIPPED = new Set([
  'node_modules', 'dist', '.types', '.git', '.nx', '.heddle', 'coverage', 'test-results', 'playwright-report', 'bench-results',
]); // prettier-ignore
const TEXT = /\.(ts|tsx|mjs|js|json|md|css|html|sql|graphql|proto|ya?ml|csv|sh)$/;

/** What tidy needs of a package.json. */
export interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** A package of the workspace. */
export interface WorkspacePackage {
  /** Directory from the root, e.g. `libs/kernel`. */
  directory: string;
  manifest: Manifest;
}

/** The files of the repository, read once. */
export class Repository {
  readonly files: readonly string[];
  readonly packages: readonly WorkspacePackage[];
  private readonly texts = new Map<string, string>();

  constructor(readonly root: string) {
    this.files = walk(root)
      .map((path) => relative(root, path))
      .sort();
    this.packages = this.files
      .filter((path) => /^(apps|libs|tools)\/.*package\.json$/.test(path))
      .map((path) => ({ directory: dirname(path), manifest: this.json(path) as Manifest }));
  }

  /** Text files whose path fits. */
  matching(pattern: RegExp): string[] {
    return this.files.filter((path) => TEXT.test(path) && pattern.test(path));
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  text(path: string): string {
    const known = this.texts.get(path);
    if (known !== undefined) return known;
    const text = readFileSync(join(this.root, path), 'utf8');
    this.texts.set(path, text);
    return text;
  }

  lines(path: string): string[] {
    return this.text(path).split('\n');
  }

  json(path: string): unknown {
    return JSON.parse(this.text(path));
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text);
    this.texts.set(path, text);
  }
}

function walk(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => !SKIPPED.has(entry.name))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return walk(path);
      return entry.isFile() ? [path] : [];
    });
}
