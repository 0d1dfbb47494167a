import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { messageOf } from '@heddle/kernel';
import type { ResultFiles } from './result-files.js';

/** Euros for one unit of each currency; the file behind `/fx.json`. */
const RATES = { USD: '0.9217', GBP: '1.1684', CNY: '0.1271' };
const ORDERS = new URL('../data/orders.csv', import.meta.url);
/** Largest body of a POST, in bytes. */
const BODY_BYTES_MAX = 1_000_000;
/** How often a process that found the port taken by its sibling tries to take over. */
const STANDBY_MS = 1_000;
/** Run id under which posted settlements are filed. */
const POSTED = 'posted';

/** An answer. */
interface Answer {
  status: number;
  type: string;
  body: string;
}

/**
 * The demo's outside world: `GET /orders.csv[?head=n]`, `GET /fx.json`, `GET /results/<run>/<file>`,
 * `POST /settlements/<name>` (kept once per name).
 */
export function demoEndpoint(files: ResultFiles): Server {
  return createServer((request, response) => {
    answer(request, files).then(
      (result) => send(response, result),
      (error: unknown) =>
        send(response, problem(500, `The demo endpoint failed: ${messageOf(error)}`)),
    );
  });
}

/**
 * Listens on a port of this machine. When a sibling process has it, waits in the background until the port is free, so that
 * the endpoint outlives any one of the demo workers.
 */
export function serve(server: Server, port: number): void {
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    setTimeout(() => server.listen(port, '127.0.0.1'), STANDBY_MS).unref();
  });
  server.listen(port, '127.0.0.1');
  server.unref();
}

async function answer(request: IncomingMessage, files: ResultFiles): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://demo');
  const [, first, second, third, ...rest] = url.pathname.split('/');
  const route = `${request.method} /${first}`;
  if (rest.length > 0) return problem(404, `There is nothing at ${url.pathname}.`);
  if (route === 'GET /orders.csv') return orders(url.searchParams.get('head'));
  if (route === 'GET /fx.json') return json(200, { base: 'EUR', rates: RATES });
  if (route === 'GET /results' && second && third) return resultFile(files, second, third);
  if (route === 'POST /settlements' && second && !third) return settle(request, files, second);
  return problem(404, `There is nothing at ${request.method} ${url.pathname}.`);
}

async function orders(head: string | null): Promise<Answer> {
  const text = await readFile(ORDERS, 'utf8');
  const lines = Number(head);
  const isWhole = head === null || !Number.isInteger(lines) || lines < 1;
  return {
    status: 200,
    type: 'text/csv; charset=utf-8',
    body: isWhole ? text : text.split('\n', lines).join('\n') + '\n',
  };
}

async function resultFile(files: ResultFiles, runId: string, name: string): Promise<Answer> {
  const text = await files.read(runId, name);
  if (text === null) return problem(404, `There is no file ${runId}/${name}.`);
  return {
    status: 200,
    type: name.endsWith('.csv') ? 'text/csv; charset=utf-8' : 'application/json',
    body: text,
  };
}

/** A repeated POST of the same name answers like the first one: whoever pays must pay once. */
async function settle(request: IncomingMessage, files: ResultFiles, name: string): Promise<Answer> {
  const body = await readBody(request);
  if (body === null) return problem(413, `The body has more than ${BODY_BYTES_MAX} bytes.`);
  let settlement: unknown;
  try {
    settlement = JSON.parse(body);
  } catch (error) {
    return problem(400, `The body is no JSON: ${messageOf(error)}`);
  }
  const file = `${name}.json`;
  const known = await files.read(POSTED, file);
  if (known !== null)
    return json(200, { accepted: true, isRepeat: true, settlement: JSON.parse(known) as unknown });
  const { url } = await files.write(POSTED, file, JSON.stringify(settlement));
  return json(201, { accepted: true, isRepeat: false, url });
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > BODY_BYTES_MAX) return null;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function json(status: number, body: unknown): Answer {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}

function problem(status: number, message: string): Answer {
  return json(status, { error: message });
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response
    .writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff' })
    .end(body);
}
