import { describe, expect, it, vi } from 'vitest';
import {
  hasUnsaved,
  nextSaveState,
  saveDelayMs,
  type SaveEvent,
  type SaveState,
} from './autosave.js';
import { Autosaver, type SaveAnswer } from './autosaver.js';
import { aGraph, aNode } from './builders.js';

const after = (events: SaveEvent[], from: SaveState = { kind: 'saved', revision: 1 }): SaveState =>
  events.reduce(nextSaveState, from);

describe('autosave machine', () => {
  it('goes from an edit over a save to saved', () => {
    expect(after([{ type: 'edited' }])).toEqual({ kind: 'dirty', revision: 1 });
    expect(
      after([{ type: 'edited' }, { type: 'saveStarted' }, { type: 'saveSucceeded', revision: 2 }]),
    ).toEqual({
      kind: 'saved',
      revision: 2,
    });
  });
  it('saves again when edits came while it saved', () => {
    const state = after([
      { type: 'edited' },
      { type: 'saveStarted' },
      { type: 'edited' },
      { type: 'saveSucceeded', revision: 2 },
    ]);
    expect(state).toEqual({ kind: 'dirty', revision: 2 });
  });
  it('waits longer after each try that reaches nobody, up to a bound', () => {
    let state = after([{ type: 'edited' }, { type: 'saveStarted' }, { type: 'saveUnreachable' }]);
    const delays: (number | null)[] = [];
    for (let i = 0; i < 20; i++) {
      delays.push(saveDelayMs(state));
      state = nextSaveState(
        { kind: 'offline', revision: 1, failureCount: i + 1 },
        { type: 'saveUnreachable' },
      );
    }
    expect(delays.slice(0, 3)).toEqual([1_000, 2_000, 4_000]);
    expect(Math.max(...delays.map(Number))).toBe(15_000);
  });
  it('does not save by itself while a conflict is open, whatever is edited', () => {
    const state = after([
      { type: 'edited' },
      { type: 'saveStarted' },
      { type: 'saveConflicted', theirRevision: 5 },
      { type: 'edited' },
    ]);
    expect(state).toMatchObject({ kind: 'conflict', theirRevision: 5 });
    expect(saveDelayMs(state)).toBeNull();
    expect(nextSaveState(state, { type: 'keptMine' })).toEqual({ kind: 'dirty', revision: 5 });
    expect(nextSaveState(state, { type: 'tookTheirs', revision: 5 })).toEqual({
      kind: 'saved',
      revision: 5,
    });
  });
  it('counts everything but saved as unsaved', () => {
    expect(hasUnsaved({ kind: 'saved', revision: 1 })).toBe(false);
    expect(hasUnsaved({ kind: 'refused', revision: 1, code: 'X', message: '' })).toBe(true);
  });
});

describe('Autosaver', () => {
  const setUp = (answers: SaveAnswer[]) => {
    let graph = aGraph([aNode('a')]);
    const save = vi.fn(async (): Promise<SaveAnswer> => answers.shift() ?? { kind: 'unreachable' });
    const keepDraft = vi.fn();
    const dropDraft = vi.fn();
    const saver = new Autosaver({ revision: 1, getGraph: () => graph, save, keepDraft, dropDraft });
    const edit = (): void => {
      graph = { ...graph };
      saver.edited();
    };
    return { saver, edit, save, keepDraft, dropDraft };
  };

  it('keeps a copy in the browser until the server has it', async () => {
    const { saver, edit, keepDraft, dropDraft } = setUp([{ kind: 'saved', revision: 2 }]);
    edit();
    expect(keepDraft).toHaveBeenCalledTimes(1);
    expect(dropDraft).not.toHaveBeenCalled();
    expect(await saver.flush()).toEqual({ kind: 'saved', revision: 2 });
    expect(dropDraft).toHaveBeenCalledTimes(1);
    saver.close();
  });
  it('saves on the revision that it has', async () => {
    const { saver, edit, save } = setUp([
      { kind: 'saved', revision: 2 },
      { kind: 'saved', revision: 3 },
    ]);
    edit();
    await saver.flush();
    edit();
    await saver.flush();
    expect(save.mock.calls.map((call: unknown[]) => call[1])).toEqual([1, 2]);
    saver.close();
  });
  it('asks after a conflict, and puts mine on top of theirs when told so', async () => {
    const { saver, edit, save } = setUp([
      { kind: 'conflict', theirRevision: 7 },
      { kind: 'saved', revision: 8 },
    ]);
    edit();
    expect((await saver.flush()).kind).toBe('conflict');
    expect(await saver.keepMine()).toEqual({ kind: 'saved', revision: 8 });
    expect(save.mock.calls.map((call: unknown[]) => call[1])).toEqual([1, 7]);
    saver.close();
  });
  it('keeps the draft when nobody answers', async () => {
    const { saver, edit, dropDraft } = setUp([]);
    edit();
    expect((await saver.flush()).kind).toBe('offline');
    expect(dropDraft).not.toHaveBeenCalled();
    saver.close();
  });
});
