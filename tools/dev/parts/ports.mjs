import { createServer } from 'node:net';
import { Problem } from './main.mjs';

/** Longest wait for a server that may be Heddle to say so. */
const PROBE_MS_MAX = 1_000;

/** The ports of this start, from the environment. */
export function readPorts() {
  return {
    PORT: readPort('PORT', 8420),
    WORKER_PORT: readPort('WORKER_PORT', 8421),
    DEMO_PORT: readPort('DEMO_PORT', 8422),
  };
}

function readPort(name, fallback) {
  const text = process.env[name];
  if (!text) return fallback;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new Problem(`${name} is "${text}"; it must be a port number from 1 to 65535.`);
}

/**
 * Checks that nobody listens on these ports yet.
 * @throws {Problem} naming the port and how to choose another one.
 */
export async function assertPortsFree(ports) {
  const names = Object.keys(ports);
  for (const name of names)
    for (const other of names)
      if (name < other && ports[name] === ports[other])
        throw new Problem(`${name} and ${other} are both ${ports[name]}: choose different ports.`);
  for (const [name, port] of Object.entries(ports)) {
    const code = await tryListen(port);
    if (code === null) continue;
    if (code === 'EACCES')
      throw new Problem(
        `Port ${port} may not be opened by this user: choose one above 1023, e.g. ${name}=${port + 8000} npm start.`,
      );
    if (name === 'PORT' && (await isHeddle(port)))
      throw new Problem(
        `Heddle already runs at http://localhost:${port}: stop it with Ctrl-C in its terminal, or start another one with other values of PORT, WORKER_PORT, DEMO_PORT and HEDDLE_DATA_DIR.`,
      );
    throw new Problem(
      `Port ${port} is taken by another program: stop that one, or choose another port, e.g. ${name}=${port + 10} npm start.`,
    );
  }
}

/** Null when the port is free, else the error code. */
function tryListen(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error.code));
    server.listen(port, process.env.HOST || '127.0.0.1', () => server.close(() => resolve(null)));
  });
}

async function isHeddle(port) {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`, {
      signal: AbortSignal.timeout(PROBE_MS_MAX),
    });
    return typeof (await response.json()).status === 'string';
  } catch {
    return false;
  }
}
