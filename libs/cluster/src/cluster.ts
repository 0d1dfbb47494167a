import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { HeddleApi } from '@heddle/api-client';
import { ensureDatabase, type Database } from '@heddle/launcher';
import { freePort } from './free-port.js';
import { ChildProcessHandle } from './process.js';

const SERVER = fileURLToPath(new URL('../../../apps/server/dist/main.js', import.meta.url));
const BOOTSTRAP = fileURLToPath(new URL('../../../apps/server/dist/bootstrap.js', import.meta.url));

/** Where a server listens; a restart keeps it, so that clients find it again. */
export interface ServerPorts {
  port: number;
  workerPort: number;
}

/** One Heddle: a database of its own, and as many servers and workers as are started. */
export class Cluster {
  readonly processes: ChildProcessHandle[] = [];

  private constructor(
    readonly directory: string,
    private database: Database,
    readonly ports: ServerPorts,
    /** Secrets of the first administrator and of the group `demo` in the namespace `demo`. */
    readonly secrets: { signInUrl: string; seedApiKey: string; demoWorkerToken: string },
  ) {}

  /** A fresh database, migrated, with an administrator; no server yet. */
  static async create(options: { isDurable?: boolean } = {}): Promise<Cluster> {
    const directory = await mkdtemp(join(tmpdir(), 'heddle-cluster-'));
    const database = await ensureDatabase({ dataDir: join(directory, 'data'), ...options });
    const ports = { port: await freePort(), workerPort: await freePort() };
    const { stdout } = await promisify(execFile)(process.execPath, [BOOTSTRAP], {
      env: {
        ...process.env,
        DATABASE_URL: database.url,
        PUBLIC_URL: `http://localhost:${ports.port}`,
      },
    });
    return new Cluster(directory, database, ports, JSON.parse(stdout) as Cluster['secrets']);
  }

  get url(): string {
    return `http://localhost:${this.ports.port}`;
  }

  get databaseUrl(): string {
    return this.database.url;
  }

  get api(): HeddleApi {
    return new HeddleApi({ url: this.url, apiKey: this.secrets.seedApiKey });
  }

  /** Starts a server and waits until it listens. */
  async startServer(env: Record<string, string> = {}): Promise<ChildProcessHandle> {
    return this.#start({
      name: 'server',
      script: SERVER,
      ready: '"listening"',
      env: {
        DATABASE_URL: this.database.url,
        PORT: String(this.ports.port),
        WORKER_PORT: String(this.ports.workerPort),
        PUBLIC_URL: this.url,
        HTTP_ALLOW: '127.0.0.1,localhost',
        ...env,
      },
    });
  }

  /** Starts a worker script, which must print `ready`, and waits for that. */
  async startWorker(script: string, env: Record<string, string> = {}): Promise<ChildProcessHandle> {
    return this.#start({
      name: 'worker',
      script,
      ready: 'ready',
      env: {
        HEDDLE_WORKER_ADDRESS: `localhost:${this.ports.workerPort}`,
        HEDDLE_WORKER_TOKEN: this.secrets.demoWorkerToken,
        ...env,
      },
    });
  }

  async #start(
    options: Parameters<typeof ChildProcessHandle.start>[0],
  ): Promise<ChildProcessHandle> {
    const process = await ChildProcessHandle.start(options);
    this.processes.push(process);
    return process;
  }

  /** `kill -9` of the database's first process; the others of it end by themselves. */
  async killDatabase(): Promise<void> {
    const pidFile = join(this.directory, 'data');
    const pid = await postmasterPid(pidFile);
    process.kill(pid, 'SIGKILL');
  }

  /** Starts the database again on the same files. */
  async restartDatabase(): Promise<void> {
    this.database = await ensureDatabase({ dataDir: join(this.directory, 'data') });
  }

  /** Ends everything and removes the folder. */
  async stop(): Promise<void> {
    await Promise.all(this.processes.filter((p) => p.isRunning).map((p) => p.stop()));
    await this.database.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

async function postmasterPid(dataDir: string): Promise<number> {
  const cluster = (await readdir(dataDir)).find((name) => /^pg\d+$/.test(name));
  const text = await readFile(join(dataDir, cluster ?? '', 'postmaster.pid'), 'utf8');
  return Number(text.split('\n')[0]);
}
