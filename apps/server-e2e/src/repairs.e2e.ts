import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster, jobNode } from '@heddle/cluster';
import { emptyGraph, type GraphDocument, type GraphEdge, type GraphNode } from '@heddle/graph';
import type { Json } from '@heddle/kernel';
import { ended, eventually, publish } from './api-helpers.js';

interface NodeFacts {
  key: string;
  state: string;
  output: Json;
  attempt: number;
  waitingFor: string | null;
  waitReasons: { kind: string; message: string; nodeKeys: string[] }[];
  reusedFrom: { runId: string; attempt: number } | null;
  children: { total: number; succeeded: number; failed: number } | null;
}

const NODES =
  'nodeRuns { key state output attempt waitingFor waitReasons { kind message nodeKeys } reusedFrom { runId attempt } children { total succeeded failed } }';

const WORKER = fileURLToPath(new URL('../dist/ledger-worker.js', import.meta.url));

const graphOf = (nodes: GraphNode[], edges: GraphEdge[]): GraphDocument => ({
  ...emptyGraph(),
  nodes,
  edges,
});
const edge = (source: string, target: string, port = 'success') => ({
  id: `${source}-${target}`,
  source,
  target,
  port,
});
const node = (key: string, type: string, config: object): GraphNode => ({
  key,
  type,
  config: config as GraphNode['config'],
  position: { x: 0, y: 0 },
});

describe('repairs: what people do to runs, by the API alone', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await Cluster.create({ isDurable: false });
    const ledger = join(cluster.directory, 'ledger.jsonl');
    writeFileSync(ledger, '');
    await cluster.startServer();
    await cluster.startWorker(WORKER, { LEDGER_FILE: ledger });
  }, 90_000);
  afterAll(() => cluster?.stop());

  async function begin(graph: GraphDocument, input: Json = null): Promise<string> {
    const workflowId = await publish(cluster.api, graph);
    const { startRun } = await cluster.api.request<{ startRun: { id: string } }>(
      'mutation ($id: ID!, $input: JSON) { startRun(workflowId: $id, input: $input) { id } }',
      { id: workflowId, input },
    );
    return startRun.id;
  }

  async function nodesOf(id: string): Promise<Record<string, NodeFacts>> {
    const { run } = await cluster.api.request<{ run: { nodeRuns: NodeFacts[] } }>(
      `query ($id: ID!) { run(id: $id) { ${NODES} } }`,
      { id },
    );
    return Object.fromEntries(run.nodeRuns.map((one) => [one.key, one]));
  }

  async function until(id: string, key: string, is: (node: NodeFacts) => boolean): Promise<void> {
    await eventually(`node ${key} gets there`, async () => is((await nodesOf(id))[key]!));
  }

  /** Every run of these tests must be what its history says. */
  async function verify(id: string): Promise<void> {
    const { verifyRun } = await cluster.api.request<{
      verifyRun: { isSame: boolean; differences: string[] };
    }>('query ($id: ID!) { verifyRun(id: $id) { isSame differences } }', { id });
    expect(verifyRun.differences).toEqual([]);
  }

  it('forEach: items run, one fails, is tried again alone, and the run goes on with ordered outputs', async () => {
    const body = graphOf([node('work', 'transform', { output: '${{ input.item.value }}' })], []);
    body.settings.output = '${{ nodes.work.output }}';
    const graph = graphOf(
      [
        node('all', 'forEach', {
          items: 'input.items',
          label: 'item ${{ item.n }}',
          concurrency: 2,
          tolerate: { count: 5 },
          body,
        }),
        node('sum', 'transform', { output: '${{ nodes.all.output }}' }),
      ],
      [edge('all', 'sum')],
    );
    const id = await begin(graph, { items: [{ n: 4, value: 12 }, { n: 3 }, { n: 9, value: 2 }] });
    const run = await ended(cluster.api, id);
    expect(run.state).toBe('succeeded');
    const nodes = await nodesOf(id);
    expect(nodes['sum']!.output).toEqual([12, null, 2]);
    expect(nodes['all']!.children).toEqual({ total: 3, succeeded: 2, failed: 1 });
    const { run: items } = await cluster.api.request<{
      run: {
        nodeRun: { items: { nodes: { label: string; state: string; run: { id: string } }[] } };
      };
    }>(
      'query ($id: ID!) { run(id: $id) { nodeRun(key: "all") { items(states: [failed]) { nodes { label state run { id } } } } } }',
      { id },
    );
    expect(items.nodeRun.items.nodes).toMatchObject([{ label: 'item 3', state: 'failed' }]);
    await cluster.api.request(
      'mutation ($id: ID!) { retryItem(runId: $id, nodeKey: "all", index: 1) { id } }',
      { id },
    );
    await ended(cluster.api, id);
    await verify(id);
    await verify(items.nodeRun.items.nodes[0]!.run.id);
  });

  it('subworkflow: a call of nobody and an input that cannot fit are warned of, bodies included', async () => {
    const child = graphOf([node('one', 'transform', { output: 1 })], []);
    child.inputSchema = { type: 'object', required: ['sum'] };
    const { workflow } = await cluster.api.request<{ workflow: { name: string } }>(
      'query ($id: ID!) { workflow(id: $id) { name } }',
      { id: await publish(cluster.api, child) },
    );
    const call = (name: string, input: object) =>
      node('call', 'subworkflow', { workflow: name, input });
    const body = graphOf([call('nobody', {})], []);
    const graph = graphOf(
      [node('all', 'forEach', { items: '[1]', body }), call(workflow.name, { total: 1 })],
      [],
    );
    const { validateGraph } = await cluster.api.request<{
      validateGraph: { code: string; severity: string; nodeKey: string; path: string }[];
    }>(
      'query ($graph: JSON!) { validateGraph(namespace: "demo", graph: $graph) { code severity nodeKey path } }',
      { graph },
    );
    expect(validateGraph).toEqual([
      {
        code: 'UNKNOWN_WORKFLOW',
        severity: 'warning',
        nodeKey: 'all',
        path: '/config/body/nodes/0/config/workflow',
      },
      { code: 'INPUT_MISFIT', severity: 'warning', nodeKey: 'call', path: '/config/input/sum' },
    ]);
  });

  it('subworkflow: the child is a run of its own, and its repair lets the parent go on', async () => {
    const child = graphOf([node('check', 'transform', { output: '${{ input.missing }}' })], []);
    child.settings.output = { told: '${{ nodes.check.output }}' };
    const childId = await publish(cluster.api, child);
    const { workflow } = await cluster.api.request<{ workflow: { name: string } }>(
      'query ($id: ID!) { workflow(id: $id) { name } }',
      { id: childId },
    );
    const graph = graphOf(
      [
        node('call', 'subworkflow', { workflow: workflow.name, input: { a: 1 } }),
        node('after', 'transform', { output: '${{ nodes.call.output.told }}' }),
      ],
      [edge('call', 'after')],
    );
    const id = await begin(graph);
    expect((await ended(cluster.api, id)).state).toBe('failed');
    const { run } = await cluster.api.request<{
      run: { nodeRun: { items: { nodes: { run: { id: string; parent: { runId: string } } }[] } } };
    }>(
      'query ($id: ID!) { run(id: $id) { nodeRun(key: "call") { items { nodes { run { id parent { runId } } } } } } }',
      { id },
    );
    const inner = run.nodeRun.items.nodes[0]!.run;
    expect(inner.parent.runId).toBe(id);
    await cluster.api.request(
      'mutation ($id: ID!) { skipNode(runId: $id, nodeKey: "check", output: "by hand") { id } }',
      { id: inner.id },
    );
    const repaired = await ended(cluster.api, id);
    expect(repaired).toMatchObject({ state: 'succeeded', error: null });
    expect((await nodesOf(id))['after']!.output).toBe('by hand');
    await verify(id);
    await verify(inner.id);
  });

  it('rewind: a new run reuses by reference what the preview says, with an output put in by hand', async () => {
    const graph = graphOf(
      [
        jobNode('load', 'demo.effect'),
        node('price', 'transform', { output: '${{ input.price }}' }),
        node('check', 'decision', { cases: [{ name: 'cheap', when: 'nodes.price.output < 10' }] }),
        node('good', 'transform', { output: 'good' }),
        node('bad', 'fail', { code: 'DEAR', message: 'too dear' }),
      ],
      [
        edge('load', 'price'),
        edge('price', 'check'),
        edge('check', 'good', 'cheap'),
        edge('check', 'bad', 'default'),
      ],
    );
    const id = await begin(graph, { price: 20 });
    expect((await ended(cluster.api, id)).state).toBe('failed');
    const args = {
      id,
      from: ['check'],
      patch: { nodeOutputs: { price: 5 } },
    };
    const { previewRerun } = await cluster.api.request<{
      previewRerun: { nodes: { key: string; effect: string; isCertain: boolean }[] };
    }>(
      'query ($id: ID!, $from: [String!]!, $patch: RerunPatchInput) { previewRerun(runId: $id, from: $from, patch: $patch, mode: NEW_RUN) { nodes { key effect isCertain } } }',
      args,
    );
    const foreseen = Object.fromEntries(previewRerun.nodes.map((one) => [one.key, one.effect]));
    expect(foreseen).toMatchObject({ load: 'REUSED', check: 'REEXECUTED', bad: 'SKIPPED' });
    const { rerunFrom } = await cluster.api.request<{ rerunFrom: { id: string; rerunOf: string } }>(
      'mutation ($id: ID!, $from: [String!]!, $patch: RerunPatchInput) { rerunFrom(runId: $id, from: $from, patch: $patch, mode: NEW_RUN) { id rerunOf } }',
      args,
    );
    expect(rerunFrom.rerunOf).toBe(id);
    expect((await ended(cluster.api, rerunFrom.id)).state).toBe('succeeded');
    const [old, now] = [await nodesOf(id), await nodesOf(rerunFrom.id)];
    expect(now['load']).toMatchObject({
      state: 'succeeded',
      reusedFrom: { runId: id, attempt: 1 },
    });
    expect(now['load']!.output).toEqual(old['load']!.output);
    expect(now['price']!.output).toBe(5);
    expect(now['bad']!.state).toBe('skipped');
    await verify(rerunFrom.id);
    // The failure is taken care of.
    await eventually('the old run is resolved', async () => {
      const { run } = await cluster.api.request<{ run: { resolution: { runId: string } | null } }>(
        'query ($id: ID!) { run(id: $id) { resolution { runId } } }',
        { id },
      );
      return run.resolution?.runId === rerunFrom.id;
    });
  });

  it('hold: nothing starts, the reason says who and why, and a release lets it go on', async () => {
    const graph = graphOf(
      [node('pause', 'wait', { durationMs: 1_500 }), node('next', 'transform', { output: 1 })],
      [edge('pause', 'next')],
    );
    const id = await begin(graph);
    await cluster.api.request(
      'mutation ($id: ID!) { holdRun(id: $id, reason: "looking into it") { state } }',
      { id },
    );
    await until(id, 'next', (one) => one.waitingFor === 'hold');
    const held = (await nodesOf(id))['next']!;
    expect(held.waitReasons.map((reason) => reason.kind)).toContain('hold');
    expect(held.waitReasons.map((reason) => reason.message).join()).toContain('looking into it');
    await cluster.api.request('mutation ($id: ID!) { releaseRun(id: $id) { state } }', { id });
    expect((await ended(cluster.api, id)).state).toBe('succeeded');
    await verify(id);
  });

  it('approval: it is in the inbox, its form is checked, and the decision goes on', async () => {
    const form = {
      type: 'object',
      properties: { limit: { type: 'integer' } },
      required: ['limit'],
    };
    const graph = graphOf(
      [
        node('ask', 'approval', { title: 'Pay ${{ input.sum }}?', form }),
        node('pay', 'transform', { output: '${{ nodes.ask.output.values.limit }}' }),
      ],
      [edge('ask', 'pay', 'approved')],
    );
    const id = await begin(graph, { sum: 12 });
    await until(id, 'ask', (one) => one.waitingFor === 'approval');
    const { approvals } = await cluster.api.request<{
      approvals: { totalCount: number; nodes: { title: string; run: { id: string } }[] };
    }>('{ approvals(namespace: "demo") { totalCount nodes { title run { id } } } }');
    expect(approvals.nodes).toContainEqual({ title: 'Pay 12?', run: { id } });
    const decide = (values: Json) =>
      cluster.api.request(
        'mutation ($id: ID!, $values: JSON) { decideApproval(runId: $id, nodeKey: "ask", decision: approved, values: $values, comment: "ok") { id } }',
        { id, values },
      );
    await expect(decide({ limit: 'a lot' })).rejects.toThrow(/limit/);
    await decide({ limit: 100 });
    expect((await ended(cluster.api, id)).state).toBe('succeeded');
    expect((await nodesOf(id))['pay']!.output).toBe(100);
    await verify(id);
  });

  it('signal: before the wait or after, by key, it is delivered to one run only', async () => {
    const graph = graphOf(
      [node('wait', 'signal', { name: 'paid', key: '${{ input.order }}' })],
      [],
    );
    graph.settings.output = '${{ nodes.wait.output.sum }}';
    const send = (key: string, sum: number) =>
      cluster.api.request<{ sendSignal: { run: { id: string } | null } }>(
        'mutation ($key: String, $payload: JSON) { sendSignal(namespace: "demo", name: "paid", key: $key, payload: $payload) { run { id } } }',
        { key, payload: { sum } },
      );
    expect((await send('early', 1)).sendSignal.run).toBeNull();
    const early = await begin(graph, { order: 'early' });
    expect(await ended(cluster.api, early)).toMatchObject({ state: 'succeeded', output: 1 });
    const first = await begin(graph, { order: 'late' });
    await until(first, 'wait', (one) => one.waitingFor === 'signal');
    const second = await begin(graph, { order: 'late' });
    await until(second, 'wait', (one) => one.waitingFor === 'signal');
    expect((await send('late', 2)).sendSignal.run?.id).toBe(first);
    expect(await ended(cluster.api, first)).toMatchObject({ state: 'succeeded', output: 2 });
    expect((await nodesOf(second))['wait']!.state).toBe('waiting');
    await cluster.api.request('mutation ($id: ID!) { cancelRun(id: $id) { id } }', { id: second });
    await verify(early);
    await verify(first);
  });

  it('why is it waiting: no worker offers the executor', async () => {
    const id = await begin(
      graphOf(
        [jobNode('far', 'nobody.offers'), jobNode('after', 'demo.effect')],
        [edge('far', 'after')],
      ),
    );
    const nodes = await nodesOf(id);
    expect(nodes['far']!.waitReasons.map((reason) => reason.kind)).toEqual(['noWorker']);
    expect(nodes['after']!.waitReasons.map((reason) => reason.kind)).toEqual(['join', 'noWorker']);
    await cluster.api.request('mutation ($id: ID!) { cancelRun(id: $id) { id } }', { id });
    expect((await nodesOf(id))['far']!.waitReasons).toEqual([]);
  });

  it('bulk: all failed runs of a query are tried again, and what could not be done is said', async () => {
    const graph = graphOf([node('check', 'transform', { output: '${{ input.missing }}' })], []);
    const workflowId = await publish(cluster.api, graph);
    const { startRuns } = await cluster.api.request<{ startRuns: { id: string }[] }>(
      'mutation ($id: ID!) { startRuns(workflowId: $id, runs: [{}, {}, {}]) { id } }',
      { id: workflowId },
    );
    const ids = startRuns.map(({ id }) => id);
    for (const id of ids) await ended(cluster.api, id);
    const other = await cluster.api.request<{ startRun: { id: string } }>(
      'mutation ($id: ID!) { startRun(workflowId: $id, input: { missing: 1 }) { id } }',
      { id: workflowId },
    );
    await ended(cluster.api, other.startRun.id);
    const input = {
      namespace: 'demo',
      action: 'RETRY_FAILED',
      filter: { workflowId },
    };
    const { previewBulk } = await cluster.api.request<{
      previewBulk: { count: number; notApplicableCount: number };
    }>('query ($input: BulkInput!) { previewBulk(input: $input) { count notApplicableCount } }', {
      input,
    });
    expect(previewBulk).toEqual({ count: 4, notApplicableCount: 1 });
    const { startBulk } = await cluster.api.request<{
      startBulk: { id: string; totalCount: number };
    }>(
      'mutation ($input: BulkInput!) { startBulk(input: $input, reason: "again") { id totalCount } }',
      { input },
    );
    expect(startBulk.totalCount).toBe(3);
    await eventually('the bulk action is done', async () => {
      const { bulkOperation } = await cluster.api.request<{
        bulkOperation: { state: string; doneCount: number; failedCount: number };
      }>('query ($id: ID!) { bulkOperation(id: $id) { state doneCount failedCount } }', {
        id: startBulk.id,
      });
      return bulkOperation.state === 'done' && bulkOperation.doneCount === 3;
    });
    for (const id of ids) {
      await ended(cluster.api, id);
      expect((await nodesOf(id))['check']!.attempt).toBe(2);
      await verify(id);
    }
  });

  it('a large output leaves its row, is read back whole, and the budget of a run is a clear failure', async () => {
    const big = graphOf(
      [
        node('big', 'transform', { output: '${{ input.text }}' }),
        node('copy', 'transform', { output: { text: '${{ nodes.big.output }}' } }),
      ],
      [edge('big', 'copy')],
    );
    const text = 'x'.repeat(100_000);
    const id = await begin(big, { text });
    await ended(cluster.api, id);
    expect((await nodesOf(id))['copy']!.output).toEqual({ text });
    await verify(id);
    const small = structuredClone(big);
    small.settings.payloadMax = 150_000;
    const broke = await ended(cluster.api, await begin(small, { text }));
    expect(broke).toMatchObject({ state: 'failed', error: { code: 'RUN_PAYLOAD_TOO_LARGE' } });
  });
});
