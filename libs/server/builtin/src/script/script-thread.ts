import { parentPort } from 'node:worker_threads';
import { messageOf } from '@heddle/kernel';
import { Sandbox } from './sandbox.js';
import type { ScriptJob, ScriptLine, ScriptOutcome } from './script-job.js';

/** From the thread to its owner. After `broken` it must not be used again. */
export type ThreadMessage =
  | { kind: 'ready' }
  | { kind: 'line'; line: ScriptLine }
  | { kind: 'ended'; outcome: ScriptOutcome; isReusable: boolean }
  | { kind: 'broken'; message: string };

/** A thread that carries out one script at a time, as it is told to. */
const owner = parentPort!;
const tell = (message: ThreadMessage): void => owner.postMessage(message);
const sandbox = await Sandbox.load();

owner.on('message', (job: ScriptJob) => {
  try {
    tell({ kind: 'ended', ...sandbox.run(job, (line) => tell({ kind: 'line', line })) });
  } catch (error) {
    tell({ kind: 'broken', message: messageOf(error) });
  }
});
tell({ kind: 'ready' });
