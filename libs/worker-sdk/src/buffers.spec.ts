import type { WorkerMessage } from '@heddle/protocol';
import { describe, expect, it } from 'vitest';
import { LogBuffer } from './log-buffer.js';
import { ResultQueue, type KeptResult } from './result-queue.js';

const line = (seq: number, message = 'x') =>
  ({ taskId: '1', seq, level: 'info', message, fields: undefined }) as const;

function logsOf(message: WorkerMessage | null): { seqs: number[]; dropped: string } {
  if (message?.kind !== 'logs') return { seqs: [], dropped: '0' };
  return { seqs: message.logs.lines.map(({ seq }) => seq), dropped: message.logs.dropped };
}

describe('LogBuffer', () => {
  it('sends what was not acknowledged again, in order', () => {
    const buffer = new LogBuffer();
    for (const seq of [1, 2, 3]) buffer.add(line(seq));
    expect(logsOf(buffer.next()).seqs).toEqual([1, 2, 3]);
    buffer.acknowledge(1);
    buffer.add(line(4));
    buffer.resend();
    expect(logsOf(buffer.next()).seqs).toEqual([2, 3, 4]);
    buffer.acknowledge(3);
    expect(buffer.isEmpty).toBe(true);
  });

  it('drops and counts lines beyond its bound, and takes new ones when there is room again', () => {
    const buffer = new LogBuffer();
    for (let seq = 1; seq <= 20_005; seq++) buffer.add(line(seq));
    const first = logsOf(buffer.next());
    expect(first.dropped).toBe('5');
    buffer.acknowledge(first.seqs.length);
    buffer.add(line(20_006));
    let last: number[] = [];
    for (let next = buffer.next(); next; next = buffer.next()) last = logsOf(next).seqs;
    expect(last.at(-1)).toBe(20_006);
  });

  it('bounds messages by size, and long lines by length', () => {
    const buffer = new LogBuffer();
    for (let seq = 1; seq <= 100; seq++) buffer.add(line(seq, 'y'.repeat(20_000)));
    const message = buffer.next();
    expect(logsOf(message).seqs.length).toBeLessThan(100);
    expect(message?.kind === 'logs' && message.logs.lines[0]?.message.length).toBe(16_384);
  });
});

function result(taskId: string, fence = 1, size = 1): KeptResult {
  const success = { output: Buffer.alloc(size, '1'), contextAppend: Buffer.alloc(0) };
  return { task: { taskId, fence }, outcome: 'success', success };
}

function tasksOf(message: WorkerMessage | null): string[] {
  return message?.kind === 'results'
    ? message.results.results.map(({ task }) => task?.taskId ?? '')
    : [];
}

describe('ResultQueue', () => {
  it('P1: keeps results until they are acknowledged, refused ones as well', () => {
    const queue = new ResultQueue();
    queue.add(result('1'));
    queue.add(result('2'));
    expect(tasksOf(queue.next())).toEqual(['1', '2']);
    expect(queue.next()).toBeNull();
    queue.acknowledge({ task: { taskId: '1', fence: 1 }, refused: '' });
    queue.resend();
    expect(tasksOf(queue.next())).toEqual(['2']);
    queue.acknowledge({ task: { taskId: '2', fence: 1 }, refused: 'LEASE_LOST' });
    expect(queue.isEmpty).toBe(true);
  });

  it('P2: forgets one lease of a task and keeps the other', () => {
    const queue = new ResultQueue();
    queue.add(result('1', 1));
    queue.add(result('1', 2));
    queue.forget({ taskId: '1', fence: 1 });
    expect(queue.refs()).toEqual([{ taskId: '1', fence: 2 }]);
    expect(tasksOf(queue.next())).toEqual(['1']);
  });

  it('sends a large result alone', () => {
    const queue = new ResultQueue();
    for (const taskId of ['1', '2', '3']) queue.add(result(taskId, 1, 900_000));
    expect(tasksOf(queue.next())).toEqual(['1']);
  });
});
