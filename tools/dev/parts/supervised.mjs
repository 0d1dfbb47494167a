import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, renameSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { logFile, ROOT, shortPath } from './places.mjs';

/** Starts in a row before a process that keeps ending is given up; a minute of running counts as a success. */
const RESTARTS_MAX = 8;
const STABLE_MS = 60_000;
const BACKOFF_MS_FIRST = 500;
const BACKOFF_MS_MAX = 10_000;
/** A longer log is put aside at the next start. */
const LOG_BYTES_MAX = 10_000_000;

/** A child process with its output in a log file, started again when it dies. */
export class Supervised {
  /**
   * @param options.name for messages and the log file
   * @param options.args of Node, the script first
   * @param options.env beside this process's environment
   * @param options.isEssential given up also when it ends well: the rest is of no use without it
   * @param options.isVerbose prints the output as well
   * @param options.onChange told whenever the process number changes
   * @param options.onGivenUp told when it ended too often; the text is one sentence
   */
  constructor(options) {
    this.options = options;
    this.log = openLog(options.name);
    this.restarts = 0;
    this.child = null;
    this.isStopping = false;
    this.timer = null;
    this.lastLine = '';
    this.ended = Promise.resolve();
  }

  get pid() {
    return this.child?.pid ?? null;
  }

  start() {
    const { args, env, onChange } = this.options;
    // A group of its own: Ctrl-C reaches this process only, which then stops the others in order.
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const startedAt = Date.now();
    this.child = child;
    this.collect(child.stdout);
    this.collect(child.stderr);
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => this.write(error.message));
      child.once('close', (code, signal) => {
        this.child = null;
        onChange();
        resolve({ code, signal });
        this.afterEnd(code, signal, Date.now() - startedAt);
      });
    });
    onChange();
  }

  /** Ends the process: first by asking, then, after `graceMs`, by force. */
  async stop(graceMs) {
    this.isStopping = true;
    if (this.timer) clearTimeout(this.timer);
    if (!this.child) return;
    this.signal('SIGTERM');
    const force = setTimeout(() => this.signal('SIGKILL'), graceMs);
    await this.ended;
    clearTimeout(force);
  }

  /** Sends a signal to the process and those that it started. */
  signal(name) {
    const pid = this.pid;
    if (pid === null) return;
    try {
      process.kill(process.platform === 'win32' ? pid : -pid, name);
    } catch {
      // It ended by itself.
    }
  }

  /** What it said last, for messages; a line of structured log helps nobody. */
  get lastWords() {
    return this.lastLine && !this.lastLine.startsWith('{') ? ` (${this.lastLine})` : '';
  }

  afterEnd(code, signal, ranMs) {
    const { name, onGivenUp, isEssential = false } = this.options;
    if (this.isStopping) return;
    if (code === 0) {
      const sentence = `The ${name} was asked to end and has ended`;
      if (isEssential) onGivenUp(`${sentence}; nothing works without it.`);
      else console.log(`${sentence}.`);
      return;
    }
    if (ranMs > STABLE_MS) this.restarts = 0;
    const how = `The ${name} ended unexpectedly, ${signal ? `by ${signal}` : `with code ${code}${this.lastWords}`}`;
    if (this.restarts >= RESTARTS_MAX) {
      onGivenUp(`${how}; its log is ${shortPath(this.log.path)}.`);
      return;
    }
    const delayMs = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_FIRST * 2 ** this.restarts++);
    console.error(`${how}; starting it again.`);
    this.timer = setTimeout(() => this.start(), delayMs);
  }

  collect(stream) {
    createInterface({ input: stream }).on('line', (line) => this.write(line));
  }

  write(line) {
    this.lastLine = line.slice(0, 500) || this.lastLine;
    this.log.write(`${line}\n`);
    if (this.options.isVerbose) console.log(`${this.options.name.padEnd(14)} | ${line}`);
  }
}

function openLog(name) {
  const path = logFile(name.replaceAll(' ', '-'));
  if (existsSync(path) && statSync(path).size > LOG_BYTES_MAX) renameSync(path, `${path}.1`);
  const log = createWriteStream(path, { flags: 'a' });
  // A full disk must not end what still runs.
  log.on('error', () => undefined);
  return log;
}
