import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureBuilt, vite } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { endLeftovers, noteProcesses } from './leftovers.mjs';
import { Problem, sentenceOf } from './main.mjs';
import { DATA_DIR, LOG_DIR, ROOT, shortPath } from './places.mjs';
import { assertPortsFree, readPorts } from './ports.mjs';
import { Supervised } from './supervised.mjs';

const SERVER = 'apps/server/dist/main.js';
const BOOTSTRAP = 'apps/server/dist/bootstrap.js';
const WORKER = 'apps/demo-worker/dist/main.js';
/** Address of Studio while it is developed. */
const VITE_PORT = 5173;
const DEMO_WORKER_COUNT = 2;
/** Longest wait for the server to answer. */
const READY_MS_MAX = 60_000;
const POLL_MS = 60;
/** How long running demo tasks may go on after Ctrl-C. */
const WORKER_GRACE_MS = 5_000;
/** What a process needs beyond its own grace before it is ended by force. */
const FORCE_MS = 5_000;
const SERVER_GRACE_MS = 20_000;
/** How often the database is looked after. */
const DATABASE_CHECK_MS = 1_000;
/** npm passes Ctrl-C on although the terminal has sent it already: within this time it is the same one. */
const SAME_KEY_MS = 700;

/** Brings everything up, tells where it is, and keeps it up until Ctrl-C. */
export async function start(args) {
  const begin = Date.now();
  const isWatching = args.includes('--watch');
  const isVerbose = args.includes('--verbose') || isWatching;
  const ports = readPorts();
  await ensureInstalled();
  await ensureBuilt(isWatching ? ['code'] : undefined);
  const left = await endLeftovers();
  if (left > 0) console.log(`Ended ${left} processes that a killed start had left behind.`);
  await assertPortsFree(ports);
  const heddle = new Heddle({ ports, isVerbose, isWatching });
  heddle.stopOnSignals();
  try {
    await heddle.start();
    heddle.announce(begin);
  } catch (error) {
    if (heddle.stopping) return;
    console.error(sentenceOf(error));
    await heddle.stop(1);
  }
}

/** The running whole: database, server, workers. */
class Heddle {
  constructor({ ports, isVerbose, isWatching }) {
    Object.assign(this, { ports, isVerbose, isWatching });
    this.children = [];
    this.database = null;
    this.databaseTimer = null;
    this.stopping = null;
    this.signInUrl = '';
    this.publicUrl =
      process.env.PUBLIC_URL || `http://localhost:${isWatching ? VITE_PORT : ports.PORT}`;
    this.demoUrl = `http://127.0.0.1:${ports.DEMO_PORT}`;
  }

  async start() {
    await this.startDatabase();
    const server = this.add(
      'server',
      [...(this.isWatching ? ['--watch', '--watch-preserve-output'] : []), SERVER],
      this.serverEnv(),
    );
    const secrets = await this.bootstrap();
    this.signInUrl = secrets.signInUrl;
    for (let n = 1; n <= DEMO_WORKER_COUNT; n++)
      this.add(`demo worker ${n}`, [WORKER], {
        HEDDLE_WORKER_ADDRESS: `localhost:${this.ports.WORKER_PORT}`,
        HEDDLE_WORKER_TOKEN: secrets.demoWorkerToken,
        HEDDLE_DATA_DIR: DATA_DIR,
        DEMO_PORT: String(this.ports.DEMO_PORT),
        DEMO_GRACE_MS: String(WORKER_GRACE_MS),
      });
    if (this.isWatching) this.watch();
    await this.untilReady(server);
    await this.seed(secrets.seedApiKey);
  }

  async startDatabase() {
    const { ensureDatabase } = await load('libs/launcher/dist/index.js');
    this.ensureDatabase = () =>
      ensureDatabase({ dataDir: DATA_DIR, databaseUrl: process.env.DATABASE_URL });
    this.database = await this.ensureDatabase();
    if (this.database.kind === 'external') return;
    this.databaseTimer = setInterval(() => void this.lookAfterDatabase(), DATABASE_CHECK_MS);
  }

  /** A database that dies while everything else runs is started again; what was committed is there. */
  async lookAfterDatabase() {
    if (this.stopping || this.isReviving || this.database.isRunning()) return;
    this.isReviving = true;
    console.error('The database ended unexpectedly; starting it again.');
    try {
      const { url } = this.database;
      this.database = await this.ensureDatabase();
      if (this.database.url !== url)
        throw new Problem('The database has another address than before: start Heddle again.');
    } catch (error) {
      console.error(sentenceOf(error));
      await this.stop(1);
    } finally {
      this.isReviving = false;
    }
  }

  serverEnv() {
    const { PORT, WORKER_PORT, DEMO_PORT } = this.ports;
    // Servers do not call private addresses unless they are told to; the demo's endpoint is one.
    const allowed = [process.env.HTTP_ALLOW, `127.0.0.1:${DEMO_PORT}`].filter(Boolean).join(',');
    return {
      DATABASE_URL: this.database.url,
      PORT: String(PORT),
      WORKER_PORT: String(WORKER_PORT),
      HEDDLE_DATA_DIR: DATA_DIR,
      PUBLIC_URL: this.publicUrl,
      HTTP_ALLOW: allowed,
    };
  }

  /** Administrator, demo namespace, and fresh secrets for this start. */
  async bootstrap() {
    const child = spawn(process.execPath, [BOOTSTRAP], {
      cwd: ROOT,
      env: { ...process.env, ...this.serverEnv() },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [output, errors, code] = await Promise.all([
      textOf(child.stdout),
      textOf(child.stderr),
      new Promise((resolve) => child.once('close', resolve)),
    ]);
    if (code !== 0)
      throw new Problem(errors.trim() || `The database cannot be prepared (code ${code}).`);
    return JSON.parse(output);
  }

  add(name, args, env) {
    const child = new Supervised({
      name,
      args,
      env,
      isVerbose: this.isVerbose,
      isEssential: name === 'server',
      onChange: () => this.note(),
      onGivenUp: (sentence) => {
        console.error(sentence);
        void this.stop(1);
      },
    });
    this.children.push(child);
    child.start();
    return child;
  }

  note() {
    noteProcesses(
      this.children
        .filter((child) => child.pid !== null)
        .map((child) => ({ pid: child.pid, script: child.options.args.at(-1) })),
    );
  }

  /** The compiler, and Vite with Studio; the server runs under `node --watch`. */
  watch() {
    this.add('compiler', ['tools/dev/parts/compile-on-change.mjs'], {});
    const args = [vite(), 'apps/studio', '--port', String(VITE_PORT), '--strictPort'];
    this.add('studio', args, { HEDDLE_SERVER: `http://localhost:${this.ports.PORT}` });
  }

  async untilReady(server) {
    const url = `http://127.0.0.1:${this.ports.PORT}/healthz`;
    const deadline = Date.now() + READY_MS_MAX;
    while (Date.now() < deadline) {
      if (this.stopping) throw new Problem('Stopped.');
      if (server.pid === null && !this.isWatching)
        throw new Problem(
          server.lastLine ||
            `The server ended while it was starting; see ${shortPath(server.log.path)}.`,
        );
      const isUp = await fetch(url).then(
        (response) => response.ok,
        () => false,
      );
      if (isUp) return;
      await delay(POLL_MS);
    }
    throw new Problem(
      `The server does not answer at ${url} after ${READY_MS_MAX / 1000} s${server.lastWords}; its log is ${shortPath(server.log.path)}.`,
    );
  }

  async seed(apiKey) {
    const { seedDemo } = await load('tools/seed/dist/index.js');
    await seedDemo({ url: `http://127.0.0.1:${this.ports.PORT}`, apiKey, demoUrl: this.demoUrl });
  }

  announce(begin) {
    this.isReady = true;
    const kind =
      this.database.kind === 'external'
        ? 'yours, by DATABASE_URL'
        : `${this.database.kind}, in ${shortPath(DATA_DIR)}/`;
    console.log(`
Heddle is ready (${((Date.now() - begin) / 1000).toFixed(1)} s).

  Studio    ${this.publicUrl}
  Sign in   ${this.signInUrl}
            (works once, within a day)
  Workers   localhost:${this.ports.WORKER_PORT}
  Database  PostgreSQL, ${kind}
  Logs      ${shortPath(LOG_DIR)}/

Ctrl-C stops all of it.
`);
  }

  stopOnSignals() {
    let firstAt = 0;
    const onSignal = () => {
      if (!this.stopping) {
        firstAt = Date.now();
        console.log(
          '\nStopping: workers finish, then the server, then the database. Ctrl-C again to end at once.',
        );
        void this.stop(0);
      } else if (Date.now() - firstAt > SAME_KEY_MS) this.kill();
    };
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, onSignal);
  }

  /** Stops in the order that loses nothing: workers hand in their results, the server commits them, the database flushes. */
  stop(exitCode) {
    this.stopping ??= this.stopAll(exitCode);
    return this.stopping;
  }

  async stopAll(exitCode) {
    if (this.databaseTimer) clearInterval(this.databaseTimer);
    const isServer = (child) => child.options.name === 'server';
    await Promise.all(
      this.children
        .filter((child) => !isServer(child))
        .map((child) => child.stop(WORKER_GRACE_MS + FORCE_MS)),
    );
    await Promise.all(
      this.children.filter(isServer).map((child) => child.stop(SERVER_GRACE_MS + FORCE_MS)),
    );
    try {
      await this.database?.stop();
    } catch (error) {
      console.error(sentenceOf(error));
      process.exit(1);
    }
    // After a failed start the sentence that says why is the last one.
    if (this.isReady) console.log('Stopped.');
    process.exit(exitCode);
  }

  /** The second Ctrl-C. The database is asked to end and does so by itself: nothing that was committed is lost. */
  kill() {
    for (const child of this.children) child.signal('SIGKILL');
    void this.database?.stop().catch(() => undefined);
    console.log('Ended at once.');
    process.exit(130);
  }
}

/** A module that exists only after the build. */
function load(path) {
  return import(pathToFileURL(join(ROOT, path)).href);
}

async function textOf(stream) {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}
