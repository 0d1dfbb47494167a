import { Inject, Injectable } from '@nestjs/common';
import { graphAt, type GraphDocument } from '@heddle/graph';
import { assert } from '@heddle/kernel';
import { WorkflowStore } from '@heddle/store';

const GRAPHS_MAX = 100;

/** Graphs of runs as documents; they never change, so they are kept. */
@Injectable()
export class RunGraphs {
  readonly #graphs = new Map<string, Promise<GraphDocument>>();

  constructor(@Inject(WorkflowStore) private readonly workflows: WorkflowStore) {}

  /** The graph that a run executes: the whole one, or the body of a node in it. */
  async of({ graphId, graphPath }: { graphId: string; graphPath: readonly string[] }) {
    const graph = graphAt(await this.get(graphId), graphPath);
    assert(graph, `no body at ${graphPath.join('/')} of graph ${graphId}`);
    return graph;
  }

  get(graphId: string): Promise<GraphDocument> {
    const known = this.#graphs.get(graphId) ?? this.workflows.graph(graphId);
    this.#graphs.delete(graphId);
    this.#graphs.set(graphId, known);
    known.catch(() => this.#graphs.delete(graphId));
    if (this.#graphs.size > GRAPHS_MAX) this.#graphs.delete(this.#graphs.keys().next().value!);
    return known;
  }
}
