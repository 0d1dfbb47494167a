import { Inject, Injectable } from '@nestjs/common';
import { decodeCursor, encodeCursor } from '@heddle/server-workflows';
import { BadInputError } from '@heddle/kernel';
import { RunReader, type RunView } from '@heddle/store';
import { toRun } from './runs.dto.js';

const LABEL_LENGTH_MAX = 200;
const OPEN_STATES = ['queued', 'running', 'paused'];

export interface ItemsArgs {
  states?: ('active' | 'succeeded' | 'failed' | 'canceled')[] | null;
  search?: string | null;
  first: number;
  after?: string | null;
}

/** Child runs as their parent's node sees them. */
@Injectable()
export class ItemsService {
  constructor(@Inject(RunReader) private readonly reader: RunReader) {}

  async list({ runId, key: nodeKey }: { runId: string; key: string }, args: ItemsArgs) {
    const states =
      args.states?.flatMap((state) => (state === 'active' ? OPEN_STATES : state)) ?? null;
    const label = args.search?.slice(0, LABEL_LENGTH_MAX) || null;
    const query = { runId, nodeKey, states: states?.length ? states : null, label };
    const after = args.after ? indexOf(args.after) : -1;
    const [runs, totalCount] = await Promise.all([
      this.reader.items(query, after, args.first + 1),
      this.reader.countItems(query),
    ]);
    const nodes = runs.slice(0, args.first).map(toItem);
    const last = nodes.at(-1);
    return {
      nodes,
      totalCount,
      endCursor:
        runs.length > args.first && last ? encodeCursor({ index: String(last.index) }) : null,
    };
  }
}

function indexOf(cursor: string): number {
  const index = Number(decodeCursor<{ index: string }>(cursor, ['index']).index);
  if (!Number.isSafeInteger(index))
    throw new BadInputError('This is no cursor.', { path: '/after' });
  return index;
}

function toItem(run: RunView) {
  const { index, label, try: tryNumber } = run.parent!;
  const state = OPEN_STATES.includes(run.state) ? 'active' : run.state;
  return { index, label, try: tryNumber, state, run: toRun(run) };
}
