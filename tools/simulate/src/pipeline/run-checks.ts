import { advance, copyRun, newRun, step, type CompiledGraph } from '@heddle/engine';
import { checkInvariants, SimulationFailure, TaskTable, timerId } from '@heddle/engine-sim';
import type { Json } from '@heddle/kernel';
import { SqlBatchSource, toMeta, VerifyService } from '@heddle/server-runs';
import { loadRuns, RunReader, type Sql } from '@heddle/store';
import type { MemoryStore } from './memory-store.js';

/** Checks runs as they are stored, against their own history. */
export class RunChecks {
  readonly #verify: VerifyService;
  readonly #source: SqlBatchSource;
  readonly #sql: Sql;

  constructor(store: MemoryStore, graphs: ReadonlyMap<string, CompiledGraph>) {
    this.#sql = { rows: async (statement) => store.read(statement) as never };
    const compiled = { get: async (id: string) => graphs.get(id)! };
    this.#source = new SqlBatchSource(this.#sql, compiled, null as never);
    const reader = new RunReader(this.#sql as never);
    const sources = { database: this.#sql, source: () => this.#source };
    this.#verify = new VerifyService(null as never, sources as never, reader);
  }

  async load(id: string) {
    const stored = (await loadRuns(this.#sql, [id]))[0]!;
    const graph = await this.#source.graph(stored.record.graphId, stored.record.graphPath);
    return { stored, graph, meta: toMeta(stored.record) };
  }

  /** The stored state is what the history gives. @throws {SimulationFailure} */
  async verify(id: string): Promise<void> {
    const { isSame, differences } = await this.#verify.verifyRun(id);
    if (!isSame)
      throw new SimulationFailure('history', `run ${id}: ${differences.slice(0, 3).join('; ')}`);
  }

  /** Every step of the history keeps every promise of the engine. @throws {SimulationFailure} */
  async replay(id: string): Promise<number> {
    const { stored, graph, meta } = await this.load(id);
    if (stored.seq === 0) return 0;
    const events = await this.#verify.events(stored);
    const first = events.find((event) => 'inputBefore' in event) as
      { inputBefore?: Json } | undefined;
    const input = first?.inputBefore ?? stored.fields.input;
    const table = new TaskTable();
    let state = newRun(graph, { input, meta });
    for (const event of events) {
      const before = copyRun(state);
      const result = step(graph, state, event);
      if (!result.ok)
        throw new SimulationFailure('history', `${event.type} of run ${id} is refused`);
      if (event.type === 'taskLeased') table.lease(event);
      if (event.type === 'timerFired') table.timers.delete(timerId(event.timer, event.nodeKey));
      table.apply(result.effects);
      table.record(result.changes.attempts);
      state = advance(state, result.changes);
      checkInvariants({ graph, before, event, result, after: state, table });
    }
    return events.length;
  }
}
