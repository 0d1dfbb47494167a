import { Inject, Injectable } from '@nestjs/common';
import { BadInputError, parseId } from '@heddle/kernel';
import type { Caller } from '@heddle/server-access';
import { LogStore, RunReader, type RunView } from '@heddle/store';
import { RunGraphs } from './run-graphs.js';
import { RunsService } from './runs.service.js';
import {
  levelNumber,
  toAttempt,
  toHistoryEntries,
  toLogLine,
  toNodeRun,
  toNodeRuns,
  toRun,
  type LevelName,
  type RunDto,
} from './runs.dto.js';

const HISTORY_MAX = 1_000;
const ANCESTORS_MAX = 20;
const RERUNS_MAX = 50;
const LOG_LINES_MAX = 2_000;
const SEARCH_LENGTH_MAX = 500;

export interface LogsArgs {
  runId: string;
  nodeKey: string;
  filter?: { minLevel?: LevelName | null; search?: string | null; attempt?: number | null } | null;
  after?: string | null;
  before?: string | null;
  limit?: number | null;
}

/** GraphQL `RunParent`. */
export interface RunParent {
  runId: string;
  workflowName: string;
  nodeKey: string;
  index: number;
  label: string | null;
}

/** What is inside a run: nodes, attempts, history, logs. */
@Injectable()
export class RunDetailsService {
  constructor(
    private readonly runs: RunsService,
    private readonly graphs: RunGraphs,
    @Inject(RunReader) private readonly reader: RunReader,
    @Inject(LogStore) private readonly logs: LogStore,
  ) {}

  graph(run: Pick<RunView, 'graphId' | 'graphPath'>) {
    return this.graphs.of(run);
  }

  async run(id: string) {
    return toRun((await this.reader.find(id))!);
  }

  /** Parents of a child run, outermost first. */
  async ancestors(run: RunDto): Promise<RunParent[]> {
    const parents: RunParent[] = [];
    for (let next = run.parentRef; next && parents.length < ANCESTORS_MAX;) {
      const above = await this.reader.find(next.runId);
      if (!above) break;
      const { runId, nodeKey, index, label } = next;
      parents.unshift({ runId, workflowName: above.workflowName, nodeKey, index, label });
      next = above.parent;
    }
    return parents;
  }

  /** Runs that repeat one, newest first. */
  async reruns(id: string) {
    return (await this.reader.rerunsOf(id, RERUNS_MAX)).map(toRun);
  }

  /** Large values of a run. */
  payloads(id: string) {
    return this.reader.payloads(id);
  }

  /** How far a run has got, and how large its payloads are. */
  async step(id: string) {
    return (await this.reader.steps([id])).get(id) ?? { seq: 0, payloadSize: 0 };
  }

  /** Input and output of some nodes of one run, by node key. */
  async nodePayloads(runId: string, keys: readonly string[]) {
    const nodes = await this.reader.nodesWhole(runId, keys);
    return new Map(nodes.map((node) => [node.key, node]));
  }

  async nodeRuns(run: RunDto) {
    const [graph, states] = await Promise.all([this.graphs.of(run), this.reader.nodes(run.id)]);
    return toNodeRuns(run, graph, states);
  }

  async nodeRun(run: RunDto, key: string) {
    const node = (await this.graphs.of(run)).nodes.find((n) => n.key === key);
    if (!node) return null;
    const states = await this.reader.nodes(run.id);
    return toNodeRun(run, node, states.find((state) => state.key === key) ?? null);
  }

  async nodeCounts(run: RunDto) {
    const [graph, counts] = await Promise.all([
      this.graphs.of(run),
      this.reader.nodeCounts([run.id]),
    ]);
    const begun = counts.reduce((sum, entry) => sum + entry.count, 0);
    const merged = new Map(counts.map((entry) => [entry.state, entry.count]));
    merged.set('pending', (merged.get('pending') ?? 0) + graph.nodes.length - begun);
    return [...merged].filter(([, count]) => count > 0).map(([state, count]) => ({ state, count }));
  }

  /** Attempts of some nodes of one run, by node key. */
  async attempts(runId: string, nodeKeys: readonly string[]) {
    const attempts = new Map(nodeKeys.map((key) => [key, [] as ReturnType<typeof toAttempt>[]]));
    for (const attempt of await this.reader.attempts(runId, nodeKeys))
      attempts.get(attempt.nodeKey)?.push(toAttempt(attempt));
    return attempts;
  }

  async history(
    caller: Caller,
    args: { runId: string; afterSeq?: number | null; first?: number | null },
  ) {
    const run = await this.runs.require(caller, args.runId);
    const limit = bounded(args.first ?? 200, HISTORY_MAX, '/first');
    return (await this.reader.history(run.id, args.afterSeq ?? 0, limit)).flatMap(toHistoryEntries);
  }

  async logPage(caller: Caller, args: LogsArgs) {
    const run = await this.runs.require(caller, args.runId);
    const limit = bounded(args.limit ?? 200, LOG_LINES_MAX, '/limit');
    if (args.after && args.before)
      throw new BadInputError('Give after or before, not both.', { path: '/after' });
    const { minLevel, search, attempt } = args.filter ?? {};
    const after = args.after ? parseId('log line', args.after) : null;
    const query = {
      runId: run.id,
      nodeKey: args.nodeKey,
      minLevel: levelNumber(minLevel ?? 'debug'),
      search: search?.slice(0, SEARCH_LENGTH_MAX).replaceAll('\u0000', '') || null,
      attempt: attempt ?? null,
      after,
      before: args.before ? parseId('log line', args.before) : null,
      limit: limit + 1,
    };
    const [found, droppedCount] = await Promise.all([
      this.logs.page(query),
      this.logs.droppedCount(run.id, args.nodeKey),
    ]);
    const isMore = found.length > limit;
    const lines = after === null ? found.slice(isMore ? 1 : 0) : found.slice(0, limit);
    return {
      lines: lines.map(toLogLine),
      hasBefore: after !== null || isMore,
      hasAfter: after === null ? args.before !== undefined && args.before !== null : isMore,
      droppedCount,
    };
  }
}

function bounded(value: number, max: number, path: string): number {
  if (!Number.isInteger(value) || value < 1 || value > max)
    throw new BadInputError(`This must be 1 to ${max}; it is ${value}.`, { path });
  return value;
}
