import { isJsonObject, type Json, type JsonObject, type Problem } from '@heddle/kernel';
import { GRAPH_LIMITS, emptyGraph, type GraphDocument, type GraphEdge } from '../document.js';
import { jsonValueProblem } from '../json-value.js';
import { freeEdgeId, freeNodeKey } from '../keys.js';
import { parseGraph } from '../parse.js';
import { layeredPositions } from './layered.js';
import { wrapColumns, type LayoutPositions } from './wrap-columns.js';

/** Room that a node takes on the canvas, in pixels. */
const CARD = { width: 200, height: 56 };

/** How an imported task becomes a job. */
export interface WfCommonsOptions {
  /** Milliseconds of sleep per measured second: 1000 is real time, 1 a thousandth of it. */
  secondsScale: number;
  /** Worker group of every job. */
  group: string;
  /** Executor of every job; its input is `{ ms, task }`. */
  executor: string;
}

/** Outcome of {@link importWfCommons}. */
export type ImportedWorkflow =
  | { ok: true; name: string; graph: GraphDocument; taskCount: number; edgeCount: number }
  | { ok: false; problems: Problem[] };

/** Longest text of a file: the largest published instances have some ten thousand tasks. */
const FILE_SIZE_BYTES_MAX = 50_000_000;

interface Task {
  id: string;
  name: string;
  parents: string[];
  runtimeSeconds: number;
  /** Where the task stands in the file. */
  path: string;
}

class ImportProblem extends Error {
  constructor(
    message: string,
    readonly path: string,
  ) {
    super(message);
  }
}

/**
 * Turns a WfCommons workflow instance into a graph of sleeping jobs: schema 1.5
 * (`workflow.specification` and `workflow.execution`), the older shape with everything in
 * `workflow.tasks`, and the reduced form `{ name, tasks: [{ id, parents, runtimeSeconds }] }`.
 * Never throws; problems carry a JSON pointer into the file.
 * @see https://docs.wfcommons.org/en/latest/introduction.html#the-wfcommons-json-format
 */
export function importWfCommons(json: unknown, options: WfCommonsOptions): ImportedWorkflow {
  const unfit = jsonValueProblem(json, FILE_SIZE_BYTES_MAX);
  if (unfit) return failed(unfit.message, unfit.path);
  try {
    const tasks = readTasks(json as Json);
    const graph = toGraph(tasks, options);
    const parsed = parseGraph(graph);
    if (!parsed.ok) return parsed;
    const name = nameOf(json as JsonObject);
    return {
      ok: true,
      name,
      graph: parsed.graph,
      taskCount: tasks.length,
      edgeCount: graph.edges.length,
    };
  } catch (error) {
    if (error instanceof ImportProblem) return failed(error.message, error.path);
    throw error;
  }
}

function failed(message: string, path: string): ImportedWorkflow {
  return { ok: false, problems: [{ code: 'WFCOMMONS', message, severity: 'error', path }] };
}

function nameOf(json: JsonObject): string {
  const name = json['name'];
  return typeof name === 'string' && name.trim() !== ''
    ? name.trim().slice(0, 200)
    : 'Imported workflow';
}

function readTasks(json: Json): Task[] {
  if (!isJsonObject(json)) throw new ImportProblem('A WfCommons file is a JSON object.', '');
  if (Array.isArray(json['tasks'])) return readList(json['tasks'], '/tasks', new Map());
  const workflow = json['workflow'];
  if (!isJsonObject(workflow)) {
    throw new ImportProblem(
      'Neither "workflow" nor "tasks" is there: is this a WfCommons file?',
      '',
    );
  }
  const specification = workflow['specification'];
  if (isJsonObject(specification)) {
    const tasks = listAt(specification, 'tasks', '/workflow/specification');
    return readList(tasks, '/workflow/specification/tasks', runtimesOf(workflow['execution']));
  }
  const place = Array.isArray(workflow['tasks']) ? 'tasks' : 'jobs';
  return readList(listAt(workflow, place, '/workflow'), `/workflow/${place}`, new Map());
}

function listAt(parent: JsonObject, name: string, path: string): Json[] {
  const list = parent[name];
  if (Array.isArray(list)) return list;
  throw new ImportProblem(`A list of tasks is expected here.`, `${path}/${name}`);
}

/**
 * Measured times by task id, from `workflow.execution` of schema 1.5; absent when the workflow was
 * never executed.
 */
function runtimesOf(execution: Json | undefined): Map<string, number> {
  const runtimes = new Map<string, number>();
  if (!isJsonObject(execution) || !Array.isArray(execution['tasks'])) return runtimes;
  for (const task of execution['tasks']) {
    if (!isJsonObject(task)) continue;
    const seconds = task['runtimeInSeconds'];
    if (typeof task['id'] === 'string' && typeof seconds === 'number')
      runtimes.set(task['id'], seconds);
  }
  return runtimes;
}

function readList(list: Json[], path: string, runtimes: ReadonlyMap<string, number>): Task[] {
  if (list.length === 0) throw new ImportProblem('There is no task.', path);
  if (list.length > GRAPH_LIMITS.nodesMax) {
    throw new ImportProblem(
      `${list.length} tasks; a graph has at most ${GRAPH_LIMITS.nodesMax} nodes.`,
      path,
    );
  }
  const tasks = list.map((item, i) => readTask(item, `${path}/${i}`, runtimes));
  const ids = new Map<string, string>();
  for (const task of tasks) {
    if (ids.has(task.id))
      throw new ImportProblem(`The task id "${task.id}" is used twice.`, `${task.path}/id`);
    ids.set(task.id, task.id);
  }
  // Before schema 1.5, parents are named by their task's name.
  for (const task of tasks) if (!ids.has(task.name)) ids.set(task.name, task.id);
  return tasks.map((task) => ({ ...task, parents: resolveParents(task, ids) }));
}

function readTask(item: Json, path: string, runtimes: ReadonlyMap<string, number>): Task {
  if (!isJsonObject(item)) throw new ImportProblem('A task is a JSON object.', path);
  const name = item['name'];
  const id = item['id'] ?? name;
  if (typeof id !== 'string' || id === '')
    throw new ImportProblem('A task needs an id.', `${path}/id`);
  const parents = item['parents'] ?? [];
  if (!Array.isArray(parents))
    throw new ImportProblem('A list of task ids is expected.', `${path}/parents`);
  const runtimeSeconds =
    runtimes.get(id) ?? item['runtimeInSeconds'] ?? item['runtimeSeconds'] ?? item['runtime'] ?? 0;
  if (typeof runtimeSeconds !== 'number' || runtimeSeconds < 0) {
    throw new ImportProblem(`The run time must be a number of seconds from 0.`, path);
  }
  const title = typeof name === 'string' && name !== '' ? name : id;
  return { id, name: title, parents: parents as string[], runtimeSeconds, path };
}

function resolveParents(task: Task, ids: ReadonlyMap<string, string>): string[] {
  const parents = task.parents.map((parent, i) => {
    const id = typeof parent === 'string' ? ids.get(parent) : undefined;
    if (id !== undefined) return id;
    const shown = JSON.stringify(parent).slice(0, 80);
    throw new ImportProblem(`${shown} is no task of this file.`, `${task.path}/parents/${i}`);
  });
  return [...new Set(parents)];
}

function toGraph(tasks: readonly Task[], options: WfCommonsOptions): GraphDocument {
  const positions = positionsOf(tasks);
  if (!positions)
    throw new ImportProblem('The tasks wait for each other in a circle.', tasks[0]?.path ?? '');
  const keys = new Map<string, string>();
  const taken = new Set<string>();
  for (const { id } of tasks) {
    const key = freeNodeKey(id, taken);
    taken.add(key);
    keys.set(id, key);
  }
  const edges = toEdges(tasks, keys);
  const nodes = tasks.map((task) => {
    const ms = Math.round(task.runtimeSeconds * options.secondsScale);
    if (ms > GRAPH_LIMITS.durationMsMax)
      throw new ImportProblem('The scaled run time is too long.', task.path);
    return {
      key: keys.get(task.id) as string,
      type: 'job',
      name: task.id.slice(0, 200),
      config: {
        group: options.group,
        executor: options.executor,
        mode: 'single',
        input: { ms, task: task.id },
      },
      ...(task.parents.length > 0 ? { join: { kind: 'all' as const } } : {}),
      position: positions[task.id] as LayoutPositions[string],
    };
  });
  return { ...emptyGraph(), nodes, edges };
}

/** Columns from left to right, as blocks where many tasks wait for the same ones. Null when there is a cycle. */
function positionsOf(tasks: readonly Task[]): LayoutPositions | null {
  const layered = layeredPositions(tasks);
  const sized = tasks.map(({ id }) => ({ key: id, ...CARD }));
  return layered && wrapColumns(sized, Object.fromEntries(layered));
}

function toEdges(tasks: readonly Task[], keys: ReadonlyMap<string, string>): GraphEdge[] {
  const edges: GraphEdge[] = [];
  const ids = new Set<string>();
  for (const task of tasks) {
    for (const parent of task.parents) {
      const [source, target] = [keys.get(parent) as string, keys.get(task.id) as string];
      const id = freeEdgeId(source, target, ids);
      ids.add(id);
      edges.push({ id, source, target, port: 'success' });
    }
  }
  return edges;
}
