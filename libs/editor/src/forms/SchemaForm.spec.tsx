// @vitest-environment happy-dom
import { NODE_TYPES } from '@heddle/nodes';
import { UiProvider } from '@heddle/ui';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { aGraph } from '../document/builders.js';
import { nodeScope } from '../code/scope.js';
import { editorMessages } from '../i18n/index.js';
import type { FormContext } from './form-context.js';
import { SchemaForm } from './SchemaForm.js';
import { buildUiSchema } from './ui-schema.js';

beforeAll(() => {
  // The page has it in every browser; the test's document does not.
  vi.stubGlobal('matchMedia', () => ({
    matches: false,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
  }));
});
afterEach(cleanup);

const context = (problems: Record<string, string> = {}): FormContext => ({
  scopeAt: () => nodeScope(aGraph(), 'a'),
  executors: [
    { group: 'demo', name: 'demo.sleep', description: '', inputSchema: null, workerCount: 2 },
  ],
  config: { group: 'demo', executor: 'demo.sleep' },
  workflows: [],
  openWorkflow: vi.fn(),
  openBody: null,
  problemsAt: (path) => (problems[path] ? [problems[path]] : []),
  setFields: vi.fn(),
  t: editorMessages.text,
});

function show(type: keyof typeof NODE_TYPES, value: object, formContext = context()) {
  const onChange = vi.fn();
  const { configSchema } = NODE_TYPES[type];
  render(
    <UiProvider>
      <SchemaForm
        schema={configSchema}
        uiSchema={buildUiSchema(configSchema)}
        value={value as never}
        onChange={onChange}
        context={formContext}
      />
    </UiProvider>,
  );
  return onChange;
}

describe('SchemaForm', () => {
  it('shows who offers the executor of a job, and changes nothing by itself', () => {
    const onChange = show('job', {
      group: 'demo',
      executor: 'demo.sleep',
      mode: 'single',
      input: {},
    });
    expect(screen.getByText('Offered by 2 workers.')).toBeTruthy();
    expect(onChange).not.toHaveBeenCalled();
  });
  it('reads a duration as people write it', () => {
    const onChange = show('wait', { durationMs: 1_000 });
    fireEvent.change(screen.getByLabelText('Duration'), { target: { value: '2min' } });
    expect(onChange).toHaveBeenLastCalledWith({ durationMs: 120_000 });
  });
  it('shows a problem at its field', () => {
    show(
      'wait',
      { durationMs: 1_000 },
      context({ '/durationMs': 'Use either a duration or "until".' }),
    );
    expect(screen.getByText('Use either a duration or "until".')).toBeTruthy();
  });
  it('adds a case to a decision', () => {
    const onChange = show('decision', { mode: 'first', cases: [{ name: 'yes', when: 'true' }] });
    fireEvent.click(screen.getByRole('button', { name: 'Add' }));
    expect(onChange.mock.lastCall?.[0]).toMatchObject({ cases: [{ name: 'yes' }, {}] });
  });
});
