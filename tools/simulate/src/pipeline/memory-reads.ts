import type { Cell, Row } from './memory-statement.js';

/** The tables, by the keys that the statements look rows up by. */
export interface MemoryTables {
  run: Map<string, Row>;
  /** Child runs by the id of their parent. */
  childrenOf: Map<string, Row[]>;
  node_run: Map<string, Map<string, Row>>;
  /** By run, then `node/number`. */
  attempt: Map<string, Map<string, Row>>;
  task: Map<string, Row>;
  /** By `run/node/kind`. */
  timer: Map<string, Row>;
  /** By run, then step. */
  run_history: Map<string, Map<number, Row>>;
  /** By `run/digest`. */
  payload: Map<string, Row>;
  signal: Map<string, Row>;
  worker: Map<string, Row>;
  runIdLast: number;
  taskIdBlockLast: number;
}

/** Answers one statement; a value is what the driver would send for its parameter. */
type Read = (tables: MemoryTables, values: never[], mayTake: (key: string) => boolean) => object[];

const JSON_COLUMNS = [
  'input', 'output', 'error', 'engine', 'context', 'warnings', 'verdicts', 'events', 'payload', 'actor',
]; // prettier-ignore
const TASK_ID_BLOCK = 1_000_000;
const ENDED: ReadonlySet<Cell> = new Set(['succeeded', 'failed', 'canceled']);

/** Names of what every simulated run belongs to. */
export const NAMES = { namespace: 'sim', workflow: 'simulated' };

/** A row as the driver hands it out: its own copy, with `json` columns parsed. */
function fresh(row: Row, more: object = {}): object {
  const copy: Record<string, unknown> = { ...row, ...more };
  for (const column of JSON_COLUMNS)
    if (typeof copy[column] === 'string') copy[column] = JSON.parse(copy[column]) as unknown;
  return copy;
}

function lastStep(tables: MemoryTables, id: string): Row | undefined {
  const steps = tables.run_history.get(id);
  return steps?.get(steps.size);
}

function tasksOf(tables: MemoryTables, ids: readonly string[]): Row[] {
  return [...tables.task.values()].filter((task) => ids.includes(String(task['run_id'])));
}

function nodesOf(tables: MemoryTables, ids: readonly string[]): Row[] {
  return ids.flatMap((id) => [...(tables.node_run.get(id)?.values() ?? [])]);
}

function runOf(tables: MemoryTables, id: string): object[] {
  const row = tables.run.get(id);
  const path = row?.['graph_path'];
  const graph_path = typeof path === 'string' && path !== '' ? path.split('/') : null;
  const names = { namespace: NAMES.namespace, workflow_name: NAMES.workflow };
  return row ? [fresh(row, { run_id: id, graph_path, ...names })] : [];
}

/** Of each item the last try of the last generation. */
function itemsOf(tables: MemoryTables, ids: readonly string[]): object[] {
  const items = new Map<string, Row>();
  const rank = (row: Row): number =>
    (row['parent_generation'] as number) * 1e6 + (row['item_try'] as number);
  for (const row of ids.flatMap((id) => tables.childrenOf.get(id) ?? [])) {
    const key = `${row['parent_run_id']}/${row['parent_node_key']}/${row['item_index']}`;
    const known = items.get(key);
    if (!known || rank(row) > rank(known)) items.set(key, row);
  }
  return [...items.values()].map((row) => fresh(row, { run_id: row['id'] }));
}

function reused(tables: MemoryTables, [runIds, keys, attempts]: [string[], string[], number[]]) {
  return runIds.map((run_id, i) => {
    const [node_key, attempt] = [keys[i]!, attempts[i]!];
    const row = tables.node_run.get(run_id)?.get(node_key);
    const node = row?.['attempt'] === attempt ? row : undefined;
    const ended = tables.attempt.get(run_id)?.get(`${node_key}/${attempt}`);
    const output = node?.['output'] ?? ended?.['output'] ?? null;
    const engine = node?.['engine'] ?? ended?.['engine'] ?? null;
    return fresh({ run_id, node_key, attempt, output, engine });
  });
}

function attemptsOf(tables: MemoryTables, [runId, keys]: [string, string[]]): object[] {
  const rows = [...(tables.attempt.get(runId)?.values() ?? [])];
  return rows.filter((row) => keys.includes(String(row['node_key']))).map((row) => fresh(row));
}

function claim(
  tables: MemoryTables,
  [namespaceId, group, executors, limit]: [string, string, string[], number],
  mayTake: (key: string) => boolean,
): object[] {
  const fits = (task: Row): boolean =>
    task['state'] === 'queued' &&
    task['namespace_id'] === namespaceId &&
    task['worker_group'] === group &&
    executors.includes(String(task['executor']));
  return [...tables.task.values()]
    .filter(fits)
    .sort(
      (a, b) =>
        (b['priority'] as number) - (a['priority'] as number) || Number(a['id']) - Number(b['id']),
    )
    .slice(0, limit)
    .filter((task) => mayTake(`run ${task['run_id']}`))
    .map(({ id, run_id }) => ({ id, run_id }));
}

function demand(tables: MemoryTables): object[] {
  const found = new Map<string, object>();
  for (const { state, namespace_id, worker_group, executor } of tables.task.values())
    if (state === 'queued')
      found.set(`${worker_group}/${executor}`, { namespace_id, worker_group, executor, count: 1 });
  return [...found.values()];
}

function history(tables: MemoryTables, [runId, seq, limit]: [string, number, number]): object[] {
  const steps = [...(tables.run_history.get(runId)?.values() ?? [])];
  return steps
    .filter((row) => (row['seq'] as number) > seq)
    .sort((a, b) => (a['seq'] as number) - (b['seq'] as number))
    .slice(0, limit)
    .map((row) => fresh(row));
}

/** Statements by name. */
export const READS: Readonly<Record<string, Read>> = {
  'next-run-ids': (tables, [count]: number[]) =>
    Array.from({ length: count! }, () => ({ id: String(++tables.runIdLast) })),
  'next-task-id-block': (tables) => {
    const id = tables.taskIdBlockLast * TASK_ID_BLOCK + 1;
    tables.taskIdBlockLast += 1;
    return [{ id: String(id) }];
  },
  'runs-by-idempotency-key': (tables, [workflowIds, keys]: string[][]) =>
    [...tables.run.values()].filter((row) =>
      keys!.some(
        (key, i) => row['idempotency_key'] === key && row['workflow_id'] === workflowIds![i],
      ),
    ),
  'lock-runs': (tables, [ids]: string[][]) =>
    ids!.filter((id) => tables.run.has(id)).map((id) => ({ id })),
  'lock-signals': (tables, [ids]: string[][]) =>
    ids!.filter((id) => tables.signal.has(id)).map((id) => ({ id })),
  'last-steps': (tables, [ids]: string[][]) =>
    ids!.flatMap((id) => {
      const step = lastStep(tables, id);
      return step ? [{ id, seq: step['seq'], payload_size: step['payload_size'] }] : [];
    }),
  'load-runs': (tables, [ids]: string[][]) => ids!.flatMap((id) => runOf(tables, id)),
  'load-node-runs': (tables, [ids]: string[][]) => nodesOf(tables, ids!).map((row) => fresh(row)),
  'load-items': (tables, [ids]: string[][]) => itemsOf(tables, ids!),
  'load-tasks': (tables, [ids]: string[][]) => tasksOf(tables, ids!).map((row) => fresh(row)),
  'load-payloads': (tables, [runIds, digests]: string[][]) =>
    runIds!.flatMap((id, i) => {
      const row = tables.payload.get(`${id}/${digests![i]}`);
      return row ? [row] : [];
    }),
  'reused-outputs': (tables, values) => reused(tables, values as never),
  'open-children': (tables, [runId, nodeKey]: string[]) =>
    (tables.childrenOf.get(runId!) ?? [])
      .filter((row) => row['parent_node_key'] === nodeKey && !ENDED.has(row['state']!))
      .map(({ id }) => ({ id })),
  'queued-runs': (tables, [before, limit]: [Date, number] | never[]) =>
    [...tables.run.values()]
      .filter((row) => row['state'] === 'queued' && row['created_at']! < before!)
      .slice(0, limit)
      .map(({ id }) => ({ id })),
  'claim-tasks': (tables, values, mayTake) => claim(tables, values as never, mayTake),
  'queued-demand': demand,
  'timers-due': (tables, [before, limit]: [Date, number] | never[]) =>
    [...tables.timer.values()]
      .filter((row) => row['due_at']! < before!)
      .sort((a, b) => (a['due_at'] as Date).getTime() - (b['due_at'] as Date).getTime())
      .slice(0, limit),
  'tasks-of-workers': (tables, [ids]: string[][]) =>
    [...tables.task.values()]
      .filter((row) => row['state'] === 'leased' && ids!.includes(String(row['worker_id'])))
      .map((row) => fresh(row, NAMES)),
  'history-after': (tables, values) => history(tables, values as never),
  'attempts-of-nodes': (tables, values) => attemptsOf(tables, values as never),
  'load-nodes': (tables, [runId, keys]: [string, string[]] | never[]) =>
    nodesOf(tables, [runId!])
      .filter((row) => keys!.includes(String(row['node_key'])))
      .map((row) => fresh(row)),
  'nodes-since': (tables, [runId, seq]: [string, number] | never[]) =>
    nodesOf(tables, [runId!])
      .filter((row) => (row['seq'] as number) > seq!)
      .map((row) => fresh(row, { input: null, output: null })),
  'child-outputs': (tables, [runId]: string[]) =>
    (tables.childrenOf.get(runId!) ?? [])
      .filter((row) => row['state'] === 'succeeded')
      .map((row) => {
        const { parent_node_key, parent_generation, item_index, item_try, id, output, engine } =
          row;
        const key = [parent_node_key, parent_generation, item_index, item_try].join('/');
        return fresh({ run_id: id!, output: output!, engine: engine! }, { key });
      }),
};
