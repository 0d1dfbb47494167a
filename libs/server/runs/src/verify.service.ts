import { Inject, Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type Json } from '@heddle/kernel';
import {
  advance,
  newRun,
  restoreRun,
  step,
  type ChildItem,
  type EngineEvent,
  type RunState,
} from '@heddle/engine';
import type { Caller } from '@heddle/server-access';
import { RunReader, loadRuns, type StoredRun } from '@heddle/store';
import { BatchSources } from './pipeline/batch-sources.js';
import { toMeta } from './pipeline/run-facts.js';
import { RunsService } from './runs.service.js';

/** Commits read at once. */
const PAGE = 1_000;
/** Commits of one run that are replayed. */
const STEPS_MAX = 100_000;
/** Differences that are reported. */
const DIFFERENCES_MAX = 50;

/** Whether the kept history of a run gives exactly the stored state. */
export interface Verification {
  isSame: boolean;
  stepCount: number;
  /** JSON pointers with both values. */
  differences: string[];
}

/** Replays the history of runs through the engine. */
@Injectable()
export class VerifyService {
  constructor(
    private readonly runs: RunsService,
    private readonly sources: BatchSources,
    @Inject(RunReader) private readonly reader: RunReader,
  ) {}

  async verify(caller: Caller, id: string): Promise<Verification> {
    const run = await this.runs.require(caller, id);
    return this.verifyRun(run.id);
  }

  /** The same without asking who. A run that is being stepped meanwhile may show differences. */
  async verifyRun(id: string): Promise<Verification> {
    const [stored] = await loadRuns(this.sources.database, [id]);
    // A child run that could not begin has no history: its row is all there is.
    if (stored?.seq === 0) return { isSame: true, stepCount: 0, differences: [] };
    if (!stored) return { isSame: false, stepCount: 0, differences: ['The run does not exist.'] };
    const graph = await this.sources.source().graph(stored.record.graphId, stored.record.graphPath);
    const meta = toMeta(stored.record);
    const { fields, nodes, items } = stored;
    const kept = restoreRun(graph, { ...fields, meta, nodes, items });
    const events = await this.events(stored);
    const first = events.find((event) => 'inputBefore' in event);
    const input = first ? (first as unknown as { inputBefore: Json }).inputBefore : fields.input;
    let state: RunState = newRun(graph, { input, meta });
    const differences: string[] = [];
    for (const [i, event] of events.entries()) {
      const result = step(graph, state, event);
      if (result.ok) state = advance(state, result.changes);
      else differences.push(`Event ${i} (${event.type}) is refused: ${result.refusal.message}`);
    }
    const known = { ...kept, items: withGivenUp(kept.items, state.items) };
    compare(toPlain(state), toPlain(known), '', differences);
    return {
      isSame: differences.length === 0,
      stepCount: stored.seq,
      differences: differences.slice(0, DIFFERENCES_MAX),
    };
  }

  /** All events of a run in their order, with the outputs that are kept elsewhere. */
  async events(stored: StoredRun): Promise<EngineEvent[]> {
    const { id } = stored.record;
    const events: EngineEvent[] = [];
    for (let seq = 0; seq < Math.min(stored.seq, STEPS_MAX);) {
      const page = await this.reader.history(id, seq, PAGE);
      if (page.length === 0) break;
      for (const commit of page) events.push(...commit.events);
      seq = page.at(-1)!.seq;
    }
    const keys = [...new Set(events.flatMap((e) => (e.type === 'taskSucceeded' ? e.nodeKey : [])))];
    const attempts = await this.reader.attempts(id, keys);
    const outputs = new Map(attempts.map((a) => [`${a.nodeKey}/${a.number}`, a.output]));
    const ends = childOutputs(events, await this.reader.childOutputs(id));
    const reused = await this.reader.outputsAt(events.flatMap(reusedPlaces));
    return events.map((event) => {
      if (event.type === 'taskSucceeded')
        return { ...event, output: outputs.get(`${event.nodeKey}/${event.attempt}`) ?? null };
      if (event.type === 'childEnded') return { ...event, output: ends.get(event) ?? null };
      if (event.type === 'runStarted' && event.reuse)
        return {
          ...event,
          reuse: event.reuse.map((node) =>
            node.from
              ? { ...node, output: reused.get(placeKey(node.nodeKey, node.from)) ?? null }
              : node,
          ),
        };
      return event;
    });
  }
}

/** Attempts of other runs whose results count from the start. */
function reusedPlaces(event: EngineEvent) {
  if (event.type !== 'runStarted') return [];
  return (event.reuse ?? []).flatMap(({ nodeKey, from }) => (from ? [{ nodeKey, ...from }] : []));
}

function placeKey(nodeKey: string, { runId, attempt }: { runId: string; attempt: number }) {
  return `${runId}/${nodeKey}/${attempt}`;
}

/**
 * What child runs gave when they ended. One that went on later has another output by now: the event that made it go on keeps
 * the one before.
 */
function childOutputs(events: readonly EngineEvent[], last: Map<string, Json>) {
  const outputs = new Map<EngineEvent, Json>();
  const now = new Map(last);
  for (const event of [...events].reverse()) {
    if (event.type !== 'childEnded' && event.type !== 'childReopened') continue;
    const key = [event.nodeKey, event.generation, event.index, event.try].join('/');
    if (event.type === 'childReopened')
      now.set(key, (event as { outputBefore?: Json }).outputBefore ?? null);
    else if (event.state === 'succeeded') outputs.set(event, now.get(key) ?? null);
  }
  return outputs;
}

/** A child run whose item was given up may still fail in its own way, while it undoes what it did; nobody waits for that. */
function withGivenUp(kept: RunState['items'], replayed: RunState['items']): RunState['items'] {
  const items = new Map<string, readonly ChildItem[]>();
  for (const [key, list] of kept)
    items.set(
      key,
      list.map((item, i) => {
        const known = replayed.get(key)?.[i];
        // Which of several it was, the counts of a node do not say.
        const isGivenUp =
          known?.try === item?.try && (known?.state === 'canceled' || item?.state === 'canceled');
        return (isGivenUp ? known : item)!;
      }),
    );
  return items;
}

/** A state as JSON, nodes and items by key. */
function toPlain({ nodes, items, ...fields }: RunState): Json {
  const plain = {
    ...fields,
    nodes: Object.fromEntries(
      [...nodes].filter(([, node]) => node.state !== 'pending' || node.attempt > 0),
    ),
    items: Object.fromEntries([...items].map(([key, list]) => [key, Array.from(list, plainItem)])),
  };
  return JSON.parse(JSON.stringify(plain)) as Json;
}

/** An item that was canceled with its parent says so in its own words. */
function plainItem(item: ChildItem): ChildItem {
  return item?.state === 'canceled' ? { ...item, error: null } : item;
}

/** Collects where two values differ: replayed first, stored second. */
function compare(
  replayed: Json | undefined,
  stored: Json | undefined,
  path: string,
  found: string[],
): void {
  if (found.length >= DIFFERENCES_MAX || isDeepStrictEqual(replayed, stored)) return;
  if (isJsonObject(replayed) && isJsonObject(stored)) {
    for (const key of new Set([...Object.keys(replayed), ...Object.keys(stored)]))
      compare(replayed[key], stored[key], `${path}/${key}`, found);
    return;
  }
  const show = (value: Json | undefined): string => JSON.stringify(value ?? null).slice(0, 200);
  found.push(`${path}: replayed ${show(replayed)}, stored ${show(stored)}`);
}
