// @vitest-environment happy-dom
import { UiProvider } from '@heddle/ui';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { CardMarks, PaintStrip } from './CardMarks.js';
import { HeatStrip } from './HeatStrip.js';
import { RunStrip } from './RunStrip.js';
import type { NodeRunView, WaitReasonView } from './source.js';

afterEach(cleanup);

function aRun(rest: Partial<NodeRunView>): NodeRunView {
  return {
    key: 'a',
    state: 'queued',
    attempt: 1,
    queuedAt: null,
    startedAt: null,
    endedAt: null,
    dueAt: null,
    error: null,
    verdicts: null,
    ...rest,
  };
}

const reason = (kind: string, message: string): WaitReasonView => ({
  kind,
  message,
  nodeKeys: [],
  until: null,
  facts: {},
});

function show(element: React.ReactNode): void {
  render(<UiProvider>{element}</UiProvider>);
}

describe('a card on the run canvas', () => {
  it('says why the node waits in place of its state, and all of it in the tooltip', () => {
    const reasons = [
      reason('noWorker', 'No worker of group "gpu" offers "x".'),
      reason('hold', 'Held.'),
    ];
    show(<RunStrip run={aRun({})} reasons={reasons} />);
    expect(screen.getByText('No worker offers this')).toBeDefined();
    expect(screen.getByTitle(/No worker of group "gpu"[\s\S]*Held\./)).toBeDefined();
  });
  it('leaves the reasons of nodes before it to its tooltip', () => {
    const before = { ...reason('noWorker', 'No worker.'), facts: { nodeKey: 'before' } };
    show(<RunStrip run={aRun({ state: 'pending' })} reasons={[before]} />);
    expect(screen.getByText('Pending')).toBeDefined();
    expect(screen.getByTitle('No worker.')).toBeDefined();
  });
  it('keeps to the state when that says enough', () => {
    show(<RunStrip run={aRun({ state: 'pending' })} reasons={[reason('join', 'x')]} />);
    expect(screen.getByText('Pending')).toBeDefined();
  });
  it('counts child runs, also when nobody knows how many there will be', () => {
    const counts = { total: 9, started: 5, active: 1, succeeded: 3, failed: 1, canceled: 0 };
    show(<RunStrip run={aRun({ children: counts })} reasons={[]} />);
    expect(screen.getByText('4 of 9')).toBeDefined();
    show(<RunStrip run={aRun({ children: { ...counts, total: null } })} reasons={[]} />);
    expect(screen.getByText('4 done, 1 active')).toBeDefined();
    show(<HeatStrip counts={counts} />);
    expect(
      screen.getByRole('img', { name: '3 succeeded, 1 failed, 0 canceled, 1 active' }),
    ).toBeDefined();
  });
  it('marks who held it, who decided it and where its output is from', () => {
    show(
      <CardMarks
        run={aRun({
          hold: { by: 'Ana', reason: 'audit', until: null },
          reusedFrom: { runId: '41', attempt: 1 },
          by: { name: 'Ben', action: 'mark', reason: null },
        })}
      />,
    );
    expect(screen.getByTitle('Held by Ana — audit')).toBeDefined();
    expect(screen.getByText('from run #41')).toBeDefined();
    expect(screen.getByText('Set by Ben')).toBeDefined();
  });
  it('has no mark after a plain retry', () => {
    show(<CardMarks run={aRun({ by: { name: 'Ben', action: 'retry', reason: null } })} />);
    expect(screen.queryByText('Set by Ben')).toBeNull();
  });
  it('says of an uncertain preview that it is one', () => {
    show(<PaintStrip paint={{ effect: 'skipped', isCertain: false, isPicked: false }} />);
    expect(screen.getByText(/Not reached/).textContent).toContain('?');
  });
});
