import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
/** Longest time until everything is up; the first start on a machine also installs and builds. */
const READY_MS_MAX = 300_000;
const SIGN_IN = /https?:\/\/\S+\/sign-in\?token=\S+/;

async function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? done(address.port) : failed(new Error('no port')),
      );
    });
  });
}

/** Resolves with the sign-in link that the start prints once everything is up. */
async function untilReady(child: ChildProcess): Promise<string> {
  let output = '';
  return new Promise((done, failed) => {
    const timer = setTimeout(
      () => failed(new Error(`Heddle is not ready:\n${output}`)),
      READY_MS_MAX,
    );
    const look = (chunk: Buffer): void => {
      output += chunk.toString();
      const link = SIGN_IN.exec(output)?.[0];
      if (!link) return;
      clearTimeout(timer);
      done(link);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('exit', (code) => failed(new Error(`Heddle ended with code ${code}:\n${output}`)));
  });
}

/** Starts a whole Heddle of its own: database, server, demo workers. Tests find it by `HEDDLE_E2E_*`. */
export default async function setUp(): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'heddle-studio-e2e-'));
  // As root, the database runs as another user, who has to get in.
  chmodSync(dataDir, 0o755);
  const [port, workerPort, demoPort] = [await freePort(), await freePort(), await freePort()];
  const child = spawn(process.execPath, ['tools/dev/start.mjs'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      HEDDLE_DATA_DIR: dataDir,
      DATABASE_URL: '',
      PUBLIC_URL: '',
      PORT: String(port),
      WORKER_PORT: String(workerPort),
      DEMO_PORT: String(demoPort),
    },
  });
  const ended = new Promise((done) => child.once('exit', done));
  const tearDown = async (): Promise<void> => {
    // Ends database, server and workers as Ctrl-C does.
    child.kill('SIGINT');
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
  const link = await untilReady(child).catch(async (error: unknown) => {
    await tearDown();
    throw error;
  });
  process.env['HEDDLE_E2E_LINK'] = link;
  process.env['HEDDLE_E2E_URL'] = new URL(link).origin;
  process.env['HEDDLE_E2E_DEMO_URL'] = `http://127.0.0.1:${demoPort}`;
  process.env['HEDDLE_E2E_WORKERS'] = `localhost:${workerPort}`;
  process.env['HEDDLE_E2E_STATE'] = join(dataDir, 'browser-state.json');
  return tearDown;
}
