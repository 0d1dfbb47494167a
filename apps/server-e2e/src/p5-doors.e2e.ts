import { connect } from 'node:net';
import {
  credentials,
  loadPackageDefinition,
  Metadata,
  type ClientDuplexStream,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { io } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ApiError } from '@heddle/api-client';
import { Cluster, graphOf, jobNode } from '@heddle/cluster';
import { emptyGraph } from '@heddle/graph';
import type { Json } from '@heddle/kernel';
import { WORKER_DESCRIPTOR, WORKER_LOADER_OPTIONS } from '@heddle/protocol';
import { publish, start } from './api-helpers.js';

const VALID = graphOf([jobNode('a', 'nobody.offers')], []);

describe('P5: bad input at every door gets an error with a place and a reason', () => {
  let cluster: Cluster;
  let workflowId: string;
  let runId: string;

  beforeAll(async () => {
    cluster = await Cluster.create({ isDurable: false });
    await cluster.startServer();
    workflowId = await publish(cluster.api, VALID);
    runId = await start(cluster.api, workflowId);
  });
  afterAll(() => cluster?.stop());

  // After every attack the server is up, and neither the draft nor the run has gone.
  afterEach(async () => {
    const { workflow, run } = await cluster.api.request<{
      workflow: { draft: { graph: Json } };
      run: { state: string };
    }>(`query ($w: ID!, $r: ID!) { workflow(id: $w) { draft { graph } } run(id: $r) { state } }`, {
      w: workflowId,
      r: runId,
    });
    expect(workflow.draft.graph).toEqual(VALID);
    expect(run.state).toBe('running');
  });

  const refusal = async (query: string, variables: Record<string, unknown>): Promise<ApiError> => {
    const error = await cluster.api.request(query, variables).then(
      () => null,
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(ApiError);
    return error as ApiError;
  };

  const save = (graph: unknown): Promise<ApiError> =>
    refusal(
      'mutation ($id: ID!, $graph: JSON!) { saveDraft(workflowId: $id, graph: $graph, baseRevision: 1) { revision } }',
      { id: workflowId, graph },
    );

  it.each([
    ['a number', 5],
    ['a list', []],
    ['no nodes', { schemaVersion: 1, edges: [], settings: {} }],
    ['nodes that are texts', { ...emptyGraph(), nodes: ['a'] }],
    [
      'a node without config',
      { ...emptyGraph(), nodes: [{ key: 'a', type: 'job', position: { x: 0, y: 0 } }] },
    ],
    ['a future version', { ...emptyGraph(), schemaVersion: 99 }],
    [
      'deep nesting',
      {
        ...emptyGraph(),
        settings: JSON.parse(`${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`) as Json,
      },
    ],
    [
      'too many nodes',
      {
        ...emptyGraph(),
        nodes: Array.from({ length: 6000 }, (_, i) => ({ ...VALID.nodes[0], key: `n${i}` })),
      },
    ],
  ])('a draft that is no graph: %s', async (_what, graph) => {
    const error = await save(graph);
    expect(['BAD_INPUT', 'CONFLICT']).toContain(error.code);
    expect(error.message).not.toMatch(/\bat .*\.js/);
  });

  it('a stale revision is a conflict that names the current one', async () => {
    const query =
      'mutation ($id: ID!, $graph: JSON!) { saveDraft(workflowId: $id, graph: $graph, baseRevision: 77) { revision } }';
    const error = await refusal(query, { id: workflowId, graph: VALID });
    expect(error.code).toBe('CONFLICT');
    expect(error.details).toMatchObject({ revision: expect.any(Number) as number });
  });

  it.each([
    ['unfinished', '1 +'],
    ['unclosed index', 'input.a.b.c['],
    ['unterminated text', '"unterminated'],
    ['unknown node', 'nodes.nobody.output'],
    ['5000 parentheses', `${'('.repeat(5000)}1${')'.repeat(5000)}`],
    ['catastrophic pattern', 'input.x.matches("(a+)+$")'],
    [
      'four nested macros',
      '[1,2,3].map(a, [1,2,3].map(b, [1,2,3].map(c, [1,2,3].map(d, a*b*c*d))))',
    ],
    ['wrong types', '1 + "text"'],
    ['null character', '\u0000'],
  ])('an expression (%s) is a problem at a position, or harmless', async (_what, when) => {
    const graph = graphOf([jobNode('a', 'x'), jobNode('b', 'x')], [['a', 'b']]);
    graph.edges[0]!.when = when;
    const { validateGraph } = await cluster.api.request<{
      validateGraph: { edgeId: string | null; message: string; path: string }[];
    }>(
      'query ($graph: JSON!) { validateGraph(namespace: "demo", graph: $graph) { edgeId message path rangeStart } }',
      { graph },
    );
    for (const problem of validateGraph) expect(problem.message.length).toBeGreaterThan(5);
    if (!when.startsWith('input.x')) expect(validateGraph[0]?.edgeId).toBe('a-b');
  });

  it.each([
    ['an id that is no number', 'query { run(id: "x\'; drop table run; --") { id } }', 'BAD_INPUT'],
    [
      'a cursor from nowhere',
      'query { runs(namespace: "demo", after: "????") { totalCount } }',
      'BAD_INPUT',
    ],
    [
      'a page of a million',
      'query { runs(namespace: "demo", first: 1000000) { totalCount } }',
      'BAD_INPUT',
    ],
    [
      'a date that is none',
      'query { runs(namespace: "demo", filter: { createdFrom: "yesterday" }) { totalCount } }',
      'BAD_INPUT',
    ],
    [
      'a namespace that is not there',
      'query { runs(namespace: "nobody") { totalCount } }',
      'NOT_FOUND',
    ],
    [
      'a node that is not there',
      `mutation { retryNode(runId: "1", nodeKey: "zzz") { id } }`,
      'BAD_INPUT',
    ],
    [
      'a cursor with an id that is none',
      `query { workflows(namespace: "demo", after: "${cursor({ name: 'a', id: 'b' })}") { totalCount } }`,
      'BAD_INPUT',
    ],
    [
      'a null character in a search',
      'query { workflows(namespace: "demo", search: "a\\u0000") { totalCount } }',
      'BAD_INPUT',
    ],
    [
      'a null character in an e-mail address',
      'mutation { signIn(email: "a\\u0000", password: "b") { id } }',
      'BAD_INPUT',
    ],
  ])('GraphQL: %s', async (_what, query, code) => {
    expect((await refusal(query.replace('runId: "1"', `runId: "${runId}"`), {})).code).toBe(code);
  });

  it('a run input that is nested too deeply is refused', async () => {
    const input = JSON.parse(`${'['.repeat(1_000)}${']'.repeat(1_000)}`) as Json;
    const error = await refusal(
      'mutation ($id: ID!, $input: JSON) { startRun(workflowId: $id, input: $input) { id } }',
      { id: workflowId, input },
    );
    expect(error.code).toBe('BAD_INPUT');
  });

  it('a pattern of an input schema cannot stall the server', async () => {
    const inputSchema = { type: 'string', pattern: '^(a+)+$' };
    const id = await publish(cluster.api, { ...VALID, inputSchema });
    const error = await refusal(
      'mutation ($id: ID!, $input: JSON) { startRun(workflowId: $id, input: $input) { id } }',
      { id, input: `${'a'.repeat(100)}!` },
    );
    expect(error.code).toBe('VALIDATION_FAILED');
  });

  it('a huge run input is refused with its size', async () => {
    const error = await refusal(
      'mutation ($id: ID!, $input: JSON) { startRun(workflowId: $id, input: $input) { id } }',
      {
        id: workflowId,
        input: { text: 'x'.repeat(2_000_000) },
      },
    );
    expect(error.code).toBe('TOO_LARGE');
  });

  it('the live channel: strangers, foreign runs and garbage', async () => {
    const stranger = io(cluster.url, {
      path: '/live',
      transports: ['websocket'],
      reconnection: false,
    });
    const refused = await new Promise<Error>((resolve) => stranger.once('connect_error', resolve));
    expect(refused.message).toMatch(/Sign in/);
    const socket = io(cluster.url, {
      path: '/live',
      transports: ['websocket'],
      auth: { token: cluster.secrets.seedApiKey },
    });
    for (const body of [
      null,
      5,
      'text',
      [],
      {},
      { runId: {} },
      { runId: '../../etc' },
      { runId: '999999999' },
      { runId: 'x'.repeat(90_000) },
    ]) {
      const reply = (await socket.timeout(5_000).emitWithAck('watchRun', body)) as {
        ok: boolean;
        message: string;
      };
      expect(reply).toMatchObject({ ok: false });
      expect(reply.message.length).toBeGreaterThan(5);
    }
    const good = (await socket.timeout(5_000).emitWithAck('watchRun', { runId, afterSeq: 0 })) as {
      ok: boolean;
      deltas: unknown[];
    };
    expect(good.ok).toBe(true);
    expect(good.deltas.length).toBeGreaterThan(0);
    socket.disconnect();
  });

  it('the worker port: raw bytes, a wrong token, a hello that is none', async () => {
    const { workerPort } = cluster.ports;
    await new Promise<void>((resolve) => {
      const raw = connect(workerPort, '127.0.0.1', () =>
        raw.end('GET / HTTP/1.1\r\n\r\n\u0000\u0001'),
      );
      raw.on('close', () => resolve());
      raw.on('error', () => resolve());
      raw.resume();
    });
    expect((await statusOf(workerPort, 'nonsense', { hello: {} })).code).toBe(16);
    const token = cluster.secrets.demoWorkerToken;
    const first = await statusOf(workerPort, token, { heartbeat: {} });
    expect([3, 9]).toContain(first.code);
    const bad = await statusOf(workerPort, token, {
      hello: {
        protocolVersion: 1,
        group: 'demo',
        name: 'x',
        processId: 'p',
        slots: 0,
        executors: [{ name: 'a', inputSchema: Buffer.from('{') }],
      },
    });
    expect(bad.code).toBe(3);
    expect(bad.details.length).toBeGreaterThan(10);
  });

  it('the worker port: a worker that says hello and then nothing is disconnected', async () => {
    const hello = { protocolVersion: 1, group: 'demo', name: 'mute', processId: 'mute', slots: 1 };
    const executors = [{ name: 'mute' }];
    const ended = await statusOf(cluster.ports.workerPort, cluster.secrets.demoWorkerToken, {
      hello: { ...hello, sdk: 'test', executors },
    });
    expect(ended).toMatchObject({ code: 14, details: expect.stringContaining('heartbeat') });
  });
});

const cursor = (position: object): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

/** Sends one message and reads how the server ends the stream. */
function statusOf(
  port: number,
  token: string,
  message: object,
): Promise<{ code: number; details: string }> {
  const definition = fromJSON(
    WORKER_DESCRIPTOR as Parameters<typeof fromJSON>[0],
    WORKER_LOADER_OPTIONS,
  );
  const loaded = loadPackageDefinition(definition) as unknown as {
    heddle: { worker: { v1: { WorkerGateway: ServiceClientConstructor } } };
  };
  const client = new loaded.heddle.worker.v1.WorkerGateway(
    `127.0.0.1:${port}`,
    credentials.createInsecure(),
  );
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  const stream = client['Connect']!(metadata) as unknown as ClientDuplexStream<object, object>;
  return new Promise((resolve) => {
    stream.on('error', (error) => {
      const { code, details } = error as unknown as { code: number; details: string };
      client.close();
      resolve({ code, details });
    });
    stream.on('data', () => undefined);
    stream.write(message);
  });
}
