import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Names that may appear in the address of a file: nothing that leads out of the directory. */
const SAFE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

/** Files that the jobs of a run write, and that the demo endpoint serves. */
export class ResultFiles {
  constructor(
    /** Directory of all runs' files. */
    private readonly directory: string,
    /** Address of the demo endpoint, e.g. `http://127.0.0.1:8422`. */
    private readonly baseUrl: string,
  ) {}

  /** Writes a file whole or not at all: a job that runs twice leaves the same file, never half of one. */
  async write(runId: string, name: string, text: string): Promise<{ path: string; url: string }> {
    const path = this.pathOf(runId, name);
    if (path === null) throw new TypeError(`"${runId}/${name}" is no name for a result file.`);
    await mkdir(dirname(path), { recursive: true });
    const unfinished = `${path}.${randomUUID()}`;
    await writeFile(unfinished, text);
    await rename(unfinished, path);
    return { path, url: `${this.baseUrl}/results/${runId}/${name}` };
  }

  /** The text of a file; null when there is none of that name. */
  async read(runId: string, name: string): Promise<string | null> {
    const path = this.pathOf(runId, name);
    if (path === null) return null;
    return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
  }

  private pathOf(runId: string, name: string): string | null {
    if (!SAFE_NAME.test(runId) || !SAFE_NAME.test(name)) return null;
    return join(this.directory, runId, name);
  }
}
