import { Inject, Injectable } from '@nestjs/common';
import { assert } from '@heddle/kernel';
import { compileGraph, type CompiledGraph } from '@heddle/engine';
import { NODE_TYPES } from '@heddle/nodes';
import { WorkflowStore } from '@heddle/store';

const GRAPHS_MAX = 200;

/** Graphs compiled once each; graph rows never change, so an entry never goes stale. */
@Injectable()
export class CompiledGraphs {
  readonly #graphs = new Map<string, Promise<CompiledGraph>>();

  constructor(@Inject(WorkflowStore) private readonly workflows: WorkflowStore) {}

  get(graphId: string): Promise<CompiledGraph> {
    const known = this.#graphs.get(graphId);
    if (known) {
      this.#graphs.delete(graphId);
      this.#graphs.set(graphId, known);
      return known;
    }
    const compiled = this.#compile(graphId);
    this.#graphs.set(graphId, compiled);
    compiled.catch(() => this.#graphs.delete(graphId));
    if (this.#graphs.size > GRAPHS_MAX) this.#graphs.delete(this.#graphs.keys().next().value!);
    return compiled;
  }

  async #compile(graphId: string): Promise<CompiledGraph> {
    const result = compileGraph(await this.workflows.graph(graphId), NODE_TYPES);
    assert(result.ok, `Graph ${graphId} was stored for runs but does not compile.`);
    return result.compiled;
  }
}
