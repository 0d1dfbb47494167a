import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { HeddleApi } from '@heddle/api-client';
import { Cluster, freePort, type ChildProcessHandle, type ServerPorts } from '@heddle/cluster';
import { chance, type Chooser } from '@heddle/engine-sim';

const WORKER = fileURLToPath(new URL('../dist/ledger-worker.js', import.meta.url));
/** Of a hundred strikes, how many hit a second process at the same moment. */
const DOUBLE_STRIKE_PERCENT = 30;

/** What can be killed, in the order in which it is started again: nothing starts without what stands before it. */
export const TARGETS = ['database', 'server 1', 'server 2', 'worker 1', 'worker 2'] as const;

/** A name of one process. */
export type Target = (typeof TARGETS)[number];

/** Two servers on one database, each with a worker of its own that writes a ledger; all of them may be killed. */
export class ChaosTargets {
  readonly strikes = new Map<Target, number>(TARGETS.map((target) => [target, 0]));
  readonly #running = new Map<Target, ChildProcessHandle>();
  #bag: Target[] = [];
  #askedCount = 0;

  private constructor(
    readonly cluster: Cluster,
    readonly ledger: string,
    private readonly ports: Readonly<Record<'server 1' | 'server 2', ServerPorts>>,
    private readonly choose: Chooser,
  ) {}

  /** Starts everything. */
  static async start(choose: Chooser): Promise<ChaosTargets> {
    const cluster = await Cluster.create();
    const second = { port: await freePort(), workerPort: await freePort() };
    const ledger = join(cluster.directory, 'ledger.jsonl');
    writeFileSync(ledger, '');
    const ports = { 'server 1': cluster.ports, 'server 2': second };
    const targets = new ChaosTargets(cluster, ledger, ports, choose);
    try {
      for (const target of TARGETS) if (target !== 'database') await targets.#start(target);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return targets;
  }

  /** The API of the one server and the other by turns; it may be down at the moment. No matter for the seed: who asks how often is up to the clock. */
  get anyApi(): HeddleApi {
    const { port } = this.ports[this.#askedCount++ % 2 === 0 ? 'server 1' : 'server 2'];
    return new HeddleApi({
      url: `http://localhost:${port}`,
      apiKey: this.cluster.secrets.seedApiKey,
    });
  }

  /**
   * `kill -9` of one process, sometimes of two, and then starts them again. Everything is hit once before anything is hit again.
   * @throws when something else has ended by itself.
   */
  async strike(): Promise<void> {
    const victims = new Set([this.#next()]);
    if (chance(this.choose, DOUBLE_STRIKE_PERCENT)) victims.add(this.#next());
    await Promise.all([...victims].map((victim) => this.#kill(victim)));
    for (const target of TARGETS) if (victims.has(target)) await this.#start(target);
    for (const [target, process] of this.#running)
      if (!process.isRunning)
        throw new Error(`${target} has ended by itself:\n${process.lines.join('\n')}`);
  }

  #next(): Target {
    if (this.#bag.length === 0) this.#bag = [...TARGETS];
    return this.#bag.splice(this.choose.int(this.#bag.length - 1), 1)[0]!;
  }

  async #kill(target: Target): Promise<void> {
    this.strikes.set(target, this.strikes.get(target)! + 1);
    if (target === 'database') await this.cluster.killDatabase();
    else await this.#running.get(target)!.kill();
  }

  async #start(target: Target): Promise<void> {
    if (target === 'database') return this.cluster.restartDatabase();
    this.#running.set(target, await this.#process(target));
  }

  #process(target: Exclude<Target, 'database'>): Promise<ChildProcessHandle> {
    switch (target) {
      case 'server 1':
      case 'server 2': {
        const { port, workerPort } = this.ports[target];
        return this.cluster.startServer({ PORT: String(port), WORKER_PORT: String(workerPort) });
      }
      case 'worker 1':
      case 'worker 2': {
        const { workerPort } = this.ports[target === 'worker 1' ? 'server 1' : 'server 2'];
        return this.cluster.startWorker(WORKER, {
          LEDGER_FILE: this.ledger,
          HEDDLE_WORKER_ADDRESS: `localhost:${workerPort}`,
        });
      }
    }
  }
}
