import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster, graphOf } from '@heddle/cluster';
import type { GraphNode } from '@heddle/graph';
import type { JsonObject } from '@heddle/kernel';
import { ended, eventually, getRun, publish, start } from './api-helpers.js';

const node = (key: string, type: string, config: JsonObject): GraphNode => ({
  key,
  type,
  config,
  position: { x: 0, y: 0 },
});

describe('what servers do themselves: scripts and notifications', () => {
  let cluster: Cluster;
  let receiver: Server;
  let url: string;
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        received.push({ headers: request.headers, body });
        // The first one is to be sent again.
        response.writeHead(received.length === 1 ? 503 : 200).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    cluster = await Cluster.create({ isDurable: false });
    await cluster.startServer({ NOTIFY_SIGNING_SECRET: 'a secret of at least 24 characters' });
  });
  afterAll(async () => {
    await cluster?.stop();
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });

  it('a script computes, logs, and its output goes out by a webhook that is tried again under the same id', async () => {
    const graph = graphOf(
      [
        node('sum', 'script', {
          code: 'console.warn("adding", input.length); return input.reduce((a, b) => a + b, 0);',
          input: '${{ input }}',
        }),
        {
          ...node('tell', 'notify', {
            channel: 'webhook',
            url,
            payload: { sum: '${{ nodes.sum.output }}' },
          }),
          retry: { attempts: 3, backoff: { kind: 'fixed', delayMs: 10 } },
        } as GraphNode,
      ],
      [['sum', 'tell']],
    );
    const id = await start(cluster.api, await publish(cluster.api, graph), { input: [1, 2, 3] });
    const run = await ended(cluster.api, id);
    expect(run).toMatchObject({
      state: 'succeeded',
      nodeRuns: [
        { key: 'sum', output: 6 },
        { key: 'tell', output: { status: 200 }, attempt: 2 },
      ],
    });
    expect(received.map(({ body }) => (JSON.parse(body) as { data: unknown }).data)).toEqual([
      { sum: 6 },
      { sum: 6 },
    ]);
    expect(received[1]!.headers['webhook-id']).toBe(received[0]!.headers['webhook-id']);
    expect(received[1]!.headers['webhook-signature']).toMatch(/^v1,/);
  });

  it('P5: a script without end fails at its time, one is stopped by a cancel, and the server answers all the while', async () => {
    const endless = (timeoutMs: number) =>
      publish(
        cluster.api,
        graphOf([node('s', 'script', { code: 'while (true) {}', timeoutMs })], []),
      );
    const failing = await start(cluster.api, await endless(300));
    const canceled = await start(cluster.api, await endless(60_000));
    expect(await ended(cluster.api, failing)).toMatchObject({
      state: 'failed',
      error: { code: 'SCRIPT_TIMEOUT', nodeKey: 's' },
    });
    await eventually(
      'the script runs',
      async () => (await getRun(cluster.api, canceled)).nodeRuns[0]?.state === 'running',
    );
    await cluster.api.request('mutation ($id: ID!) { cancelRun(id: $id) { state } }', {
      id: canceled,
    });
    expect(await ended(cluster.api, canceled)).toMatchObject({ state: 'canceled' });
  });

  it('a mistake of syntax is refused when the graph is published, with its place', async () => {
    const graph = graphOf([node('s', 'script', { code: 'return (;' })], []);
    await expect(publish(cluster.api, graph)).rejects.toThrow(/not JavaScript|code/);
  });
});
