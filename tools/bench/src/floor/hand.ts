import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import {
  WORKER_DESCRIPTOR,
  WORKER_LOADER_OPTIONS,
  WORKER_SERVICE_NAME,
  type ServerMessage,
  type WorkerMessage,
} from '@heddle/protocol';
import { FLOOR_SERVICE, type JobBatch, type ResultBatch } from './floor-wire.js';

/** `packed`: messages of numbers, and a worker that does nothing else. `native`: our worker protocol, and a worker made with our SDK. */
export type HandKind = 'packed' | 'native';

/** The way to the worker, which is a process of its own. */
export interface Hand {
  send(jobs: readonly number[]): void;
  /** The results of these jobs are committed. */
  acknowledge(jobs: readonly number[]): void;
  close(): void;
}

/** Results as they come in: numbers of jobs, and the output of each as JSON text. */
export type OnResults = (jobs: readonly number[], outputs: readonly Buffer[]) => void;

const FLOOR_WORKER = fileURLToPath(new URL('./floor-worker.js', import.meta.url));
const SDK_WORKER = fileURLToPath(new URL('../bench-worker.js', import.meta.url));
/** Longer than any benchmark: nobody here takes leases away. */
const LEASE_MS = 3_600_000;
const PAYLOAD_BYTES_MAX = 1_000_000;
const INPUT = Buffer.from('null');

/** Listens, starts the worker and waits until it has connected. */
export async function openHand(kind: HandKind, onResults: OnResults): Promise<Hand> {
  return kind === 'packed' ? packedHand(onResults) : nativeHand(onResults);
}

async function packedHand(onResults: OnResults): Promise<Hand> {
  const { stream, close } = await connectWorker<ResultBatch, JobBatch>(FLOOR_SERVICE, (address) =>
    spawn(process.execPath, [FLOOR_WORKER, address], { stdio: 'inherit' }),
  );
  stream.on('data', ({ jobs, outputs }: ResultBatch) => onResults(jobs, outputs));
  return {
    send: (jobs) => void stream.write({ jobs: [...jobs] }),
    acknowledge: () => undefined,
    close,
  };
}

async function nativeHand(onResults: OnResults): Promise<Hand> {
  const service = fromJSON(
    WORKER_DESCRIPTOR as Parameters<typeof fromJSON>[0],
    WORKER_LOADER_OPTIONS,
  )[WORKER_SERVICE_NAME] as ServiceDefinition;
  const { stream, close } = await connectWorker<WorkerMessage, ServerMessage>(service, (address) =>
    spawn(process.execPath, [SDK_WORKER], {
      stdio: 'ignore',
      env: { ...process.env, HEDDLE_WORKER_ADDRESS: address, HEDDLE_WORKER_TOKEN: 'floor' },
    }),
  );
  const welcomed = new Promise<void>((resolve) =>
    stream.on('data', (message: WorkerMessage) => {
      if (message.kind === 'hello') {
        stream.write(welcome());
        resolve();
      }
      if (message.kind === 'results') {
        const { results } = message.results;
        onResults(results.map(jobOf), results.map(outputOf));
      }
    }),
  );
  await welcomed;
  return {
    send: (jobs) => void stream.write({ kind: 'tasks', tasks: { tasks: jobs.map(offerOf) } }),
    acknowledge: (jobs) =>
      void stream.write({
        kind: 'resultAcks',
        resultAcks: { acks: jobs.map((job) => ({ task: refOf(job), refused: '' })) },
      }),
    close,
  };
}

type Result = Extract<WorkerMessage, { kind: 'results' }>['results']['results'][number];

const refOf = (job: number) => ({ taskId: String(job), fence: 1 });
const jobOf = ({ task }: Result): number => Number(task?.taskId);

function outputOf(result: Result): Buffer {
  if (result.outcome !== 'success') throw new Error('A job of the floor failed.');
  return result.success.output as Buffer;
}

function offerOf(job: number) {
  const runId = String(Math.floor(job / 10));
  const nodeKey = `m${job % 10}`;
  return {
    task: refOf(job),
    executor: 'bench.noop',
    input: INPUT,
    runId,
    nodeKey,
    attempt: 1,
    idempotencyKey: `${runId}/${nodeKey}/1`,
    timeoutMs: '0',
    workflow: 'floor',
    namespace: 'demo',
    traceParent: '',
  };
}

function welcome(): ServerMessage {
  return {
    kind: 'welcome',
    welcome: {
      workerId: '1',
      heartbeatMs: LEASE_MS,
      leaseMs: LEASE_MS,
      lost: [],
      payloadBytesMax: PAYLOAD_BYTES_MAX,
    },
  };
}

interface Connected<In, Out> {
  stream: ServerDuplexStream<In, Out>;
  close(): void;
}

/** Serves one stream on a free port and starts the worker that opens it. */
async function connectWorker<In, Out>(
  service: ServiceDefinition,
  startWorker: (address: string) => ChildProcess,
): Promise<Connected<In, Out>> {
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  const connected = new Promise<ServerDuplexStream<In, Out>>((resolve) =>
    server.addService(service, { Connect: resolve }),
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const worker = startWorker(`127.0.0.1:${port}`);
  const stream = await Promise.race([
    connected,
    new Promise<never>((_, reject) =>
      worker.once('exit', (code) => reject(new Error(`The floor's worker ended with ${code}.`))),
    ),
  ]);
  stream.on('error', () => undefined);
  return {
    stream,
    close() {
      worker.kill('SIGKILL');
      server.forceShutdown();
    },
  };
}
