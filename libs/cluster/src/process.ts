import { spawn, type ChildProcess } from 'node:child_process';

/** Lines kept of what a child printed, for the message when it fails. */
const LINES_MAX = 200;
const READY_MS_MAX = 60_000;
const EXIT_MS_MAX = 30_000;

/** A child process that says when it is ready. */
export class ChildProcessHandle {
  readonly lines: string[] = [];
  #exit: Promise<number | null>;

  private constructor(
    readonly name: string,
    readonly child: ChildProcess,
  ) {
    this.#exit = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => this.#note(text));
  }

  /** Starts `script` with Node and waits for a line that contains `ready`. @throws with what it printed when it ends before. */
  static async start(options: {
    name: string;
    script: string;
    args?: string[];
    env: Record<string, string>;
    ready: string;
  }): Promise<ChildProcessHandle> {
    const child = spawn(process.execPath, [options.script, ...(options.args ?? [])], {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const handle = new ChildProcessHandle(options.name, child);
    await handle.#waitFor(options.ready);
    return handle;
  }

  get pid(): number {
    return this.child.pid!;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  #note(text: string): void {
    this.lines.push(...text.split('\n').filter(Boolean));
    this.lines.splice(0, this.lines.length - LINES_MAX);
    this.child.emit('heddle:line');
  }

  #waitFor(ready: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        clearTimeout(timer);
        reject(new Error(`${this.name} ${why}:\n${this.lines.join('\n')}`));
      };
      const timer = setTimeout(() => fail(`was not ready within ${READY_MS_MAX} ms`), READY_MS_MAX);
      const look = (): void => {
        if (!this.lines.some((line) => line.includes(ready))) return;
        clearTimeout(timer);
        this.child.off('heddle:line', look);
        resolve();
      };
      this.child.on('heddle:line', look);
      void this.#exit.then((code) => fail(`ended with ${code} before it was ready`));
    });
  }

  /** `kill -9`; resolves when it is gone. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.#exit;
  }

  /** Asks it to end, and forces it when it does not. @returns its exit code; null when it was killed. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), EXIT_MS_MAX);
    const code = await this.#exit;
    clearTimeout(timer);
    return code;
  }
}
