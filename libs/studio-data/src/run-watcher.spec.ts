import { describe, expect, it, vi } from 'vitest';
import type { RunDelta } from '@heddle/protocol';
import { HeddleApiError } from './api.js';
import { aDelta, aNode, aView, FakeTransport } from './builders.js';
import type { RunView } from './run-view.js';
import { RunWatcher } from './run-watcher.js';

/** A server with a history of deltas; it can forget the beginning, as the real one does. */
class FakeServer {
  deltas: RunDelta[] = [];
  snapshotSeq = 0;
  keepsFrom = 1;
  readonly transport = new FakeTransport(async (request) => {
    const { afterSeq } = request as { afterSeq: number };
    if (afterSeq + 1 < this.keepsFrom) return { ok: true, deltas: [], reset: true };
    return { ok: true, deltas: this.deltas.filter((delta) => delta.seq > afterSeq), reset: false };
  });

  loadSnapshot = vi.fn(async (): Promise<RunView> => {
    const last = this.deltas.filter((delta) => delta.seq <= this.snapshotSeq);
    return aView(
      this.snapshotSeq,
      last.flatMap((delta) => delta.nodes),
    );
  });

  /** Commits a step without telling anybody. */
  commit(key: string, state: string): RunDelta {
    const delta = aDelta(this.deltas.length + 1, [aNode(key, state, 1)]);
    this.deltas.push(delta);
    return delta;
  }

  send(...deltas: RunDelta[]): void {
    this.transport.emit('runDeltas', { runId: '7', deltas });
  }
}

function watch(server: FakeServer): RunWatcher {
  const { transport, loadSnapshot } = server;
  const watcher = new RunWatcher({ runId: '7', transport, loadSnapshot });
  watcher.start();
  return watcher;
}

const isLive = (watcher: RunWatcher) => vi.waitFor(() => expect(watcher.status).toBe('live'));
const hasSeq = (watcher: RunWatcher, seq: number) =>
  vi.waitFor(() => expect(watcher.view?.seq).toBe(seq));

describe('RunWatcher', () => {
  it('loads the snapshot, joins with its number and gets what came in between', async () => {
    const server = new FakeServer();
    server.commit('a', 'queued');
    server.snapshotSeq = 1;
    server.commit('a', 'running');
    const watcher = watch(server);
    await hasSeq(watcher, 2);
    expect(server.transport.calls).toEqual([
      { event: 'watchRun', request: { runId: '7', afterSeq: 1 } },
    ]);
    expect(watcher.getNode('a')?.state).toBe('running');
  });

  it('calls only the listeners of nodes that changed', async () => {
    const server = new FakeServer();
    const watcher = watch(server);
    await isLive(watcher);
    const onA = vi.fn();
    const onB = vi.fn();
    watcher.subscribeNode('a', onA);
    watcher.subscribeNode('b', onB);
    server.send(server.commit('a', 'running'));
    expect([onA.mock.calls.length, onB.mock.calls.length]).toEqual([1, 0]);
  });

  it('joins again after a gap and misses nothing', async () => {
    const server = new FakeServer();
    const watcher = watch(server);
    await isLive(watcher);
    server.commit('a', 'running');
    server.send(server.commit('b', 'running'));
    await hasSeq(watcher, 2);
    expect(watcher.getNode('a')?.state).toBe('running');
    expect(server.loadSnapshot).toHaveBeenCalledTimes(1);
  });

  it('loads the snapshot again when the server no longer has what is missing', async () => {
    const server = new FakeServer();
    const watcher = watch(server);
    await isLive(watcher);
    for (let i = 0; i < 5; i++) server.commit('a', 'running');
    server.keepsFrom = 4;
    server.snapshotSeq = 5;
    server.send(server.deltas[4] as RunDelta);
    await hasSeq(watcher, 5);
    expect(server.loadSnapshot).toHaveBeenCalledTimes(2);
  });

  it('applies what came while the snapshot was loaded again after fruitless joins', async () => {
    const server = new FakeServer();
    const watcher = watch(server);
    await isLive(watcher);
    // The answers to joins leave a gap, the room goes on.
    server.deltas = [aDelta(3, [aNode('a', 'running', 1)])];
    server.loadSnapshot.mockImplementationOnce(async () => {
      server.send(aDelta(4, [aNode('b', 'succeeded', 1)]));
      return aView(3, [aNode('a', 'running', 1)]);
    });
    server.send(...server.deltas);
    await hasSeq(watcher, 4);
    expect(watcher.getNode('b')?.state).toBe('succeeded');
  });

  it('says stale while the channel is down, and catches up when it is back', async () => {
    const server = new FakeServer();
    const watcher = watch(server);
    await isLive(watcher);
    server.transport.setConnected(false);
    expect(watcher.status).toBe('stale');
    server.commit('a', 'succeeded');
    server.transport.setConnected(true);
    await isLive(watcher);
    expect(watcher.view?.seq).toBe(1);
  });

  it('keeps deltas that arrive while it joins', async () => {
    const server = new FakeServer();
    server.loadSnapshot.mockImplementationOnce(async () => {
      server.send(server.commit('a', 'running'));
      return aView(0);
    });
    const watcher = watch(server);
    await hasSeq(watcher, 1);
  });

  it('keeps the refusal when there is no snapshot to show', async () => {
    const server = new FakeServer();
    server.loadSnapshot.mockRejectedValueOnce(
      new HeddleApiError('NOT_FOUND', 'There is no run 7.'),
    );
    const watcher = watch(server);
    await vi.waitFor(() => expect(watcher.status).toBe('failed'));
    expect(watcher.error?.code).toBe('NOT_FOUND');
    expect(server.transport.calls).toEqual([]);
    await watcher.reload();
    await isLive(watcher);
  });

  it('leaves the room when closed, and hears no more', async () => {
    const server = new FakeServer();
    const watcher = watch(server);
    await isLive(watcher);
    watcher.close();
    server.send(server.commit('a', 'running'));
    expect(watcher.view?.seq).toBe(0);
    expect(server.transport.notices).toEqual([{ event: 'unwatchRun', request: { runId: '7' } }]);
  });
});
