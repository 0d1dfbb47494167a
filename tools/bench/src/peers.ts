import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { percentile } from './measure.js';
import type { Row } from './row.js';

const DIRECTORY = fileURLToPath(new URL('../peers', import.meta.url));
/** Longest time of one peer: three scenarios of at most 15 s each, warm-up, and installing its tables. */
const PEER_MS_MAX = 240_000;
const REDIS_READY_MS_MAX = 10_000;
const ERROR_LENGTH_MAX = 600;

const PEERS = [
  { system: 'dbos', script: 'dbos.mjs' },
  { system: 'graphile-worker', script: 'graphile-worker.mjs' },
  { system: 'bullmq', script: 'bullmq.mjs', needsRedis: true },
  { system: 'pg-boss', script: 'pg-boss.mjs' },
];

/** What a peer prints per scenario. */
interface PeerLine {
  scenario: string;
  nodeRuns: number;
  ms: number;
  latencies: number[];
  note: string;
}

/** Rows of the peers, and a sentence for each that could not run. */
export interface PeerResults {
  rows: Row[];
  missing: string[];
}

/** Runs every peer in a process and a database of its own, one after the other. */
export async function benchPeers(
  databaseUrl: string,
  directory: string,
  say: (line: string) => void,
): Promise<PeerResults> {
  const results: PeerResults = { rows: [], missing: [] };
  await install(say);
  const redis = await startRedis(join(directory, 'redis'));
  try {
    for (const { system, script, needsRedis } of PEERS) {
      say(system);
      if (needsRedis && !redis) {
        results.missing.push(
          `${system}: there is no redis-server on this machine (Debian: apt-get install redis-server).`,
        );
        continue;
      }
      const env = {
        PEER_DATABASE_URL: await createDatabase(databaseUrl, `peer_${system.replace(/\W/g, '_')}`),
        PEER_REDIS_URL: redis?.socket ?? '',
      };
      const outcome = await runPeer(script, env);
      results.rows.push(...outcome.lines.map((line) => rowFrom(system, line)));
      if (outcome.problem) results.missing.push(`${system}: ${outcome.problem}`);
    }
  } finally {
    redis?.child.kill('SIGKILL');
  }
  return results;
}

function rowFrom(system: string, line: PeerLine): Row {
  return {
    scenario: line.scenario,
    system,
    nodeRuns: line.nodeRuns,
    nodeRunsPerSecond: (line.nodeRuns / line.ms) * 1000,
    runMsP50: percentile(line.latencies, 0.5),
    runMsP99: percentile(line.latencies, 0.99),
    walBytesPerNodeRun: null,
    cpuUsPerNodeRun: null,
    note: line.note,
  };
}

/** The peers have a lock file of their own; none of their install scripts is needed. */
async function install(say: (line: string) => void): Promise<void> {
  if (existsSync(join(DIRECTORY, 'node_modules', '.package-lock.json'))) return;
  say('installing the peers');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'];
  const npm = spawn('npm', args, { cwd: DIRECTORY, stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise((resolve) => npm.once('close', resolve));
  if (code !== 0) throw new Error(`The peers could not be installed: npm ci ended with ${code}.`);
}

async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`create database ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Null when there is no Redis on this machine. */
async function startRedis(
  directory: string,
): Promise<{ child: ChildProcess; socket: string } | null> {
  await mkdir(directory, { recursive: true });
  const socket = join(directory, 'redis.sock');
  const settings = { port: '0', unixsocket: socket, dir: directory, save: '', appendonly: 'yes' };
  const args = Object.entries({ ...settings, appendfsync: 'everysec' });
  const child = spawn(
    'redis-server',
    args.flatMap(([name, value]) => [`--${name}`, value]),
    { stdio: 'ignore' },
  );
  let isGone = false;
  child.once('error', () => (isGone = true));
  child.once('exit', () => (isGone = true));
  const deadline = Date.now() + REDIS_READY_MS_MAX;
  while (!isGone && Date.now() < deadline) {
    if (existsSync(socket)) return { child, socket };
    await sleep(50);
  }
  return null;
}

async function runPeer(
  script: string,
  env: Record<string, string>,
): Promise<{ lines: PeerLine[]; problem: string | null }> {
  const child = spawn(process.execPath, ['--no-deprecation', script], {
    cwd: DIRECTORY,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PEER_MS_MAX,
    killSignal: 'SIGKILL',
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(0, ERROR_LENGTH_MAX);
  });
  const lines: PeerLine[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{')) lines.push(JSON.parse(line) as PeerLine);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { lines, problem: code === 0 ? null : `it ended with ${code}: ${errors.trim()}` };
}
