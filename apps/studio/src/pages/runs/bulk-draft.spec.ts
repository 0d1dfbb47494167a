import { describe, expect, it } from 'vitest';
import { bulkInputOf } from './bulk-draft.js';
import { filterOf } from './run-filter.js';

const draft = { action: 'RETRY_FAILED' as const, nodeKey: '', nodeStates: [], output: {} };

describe('bulkInputOf', () => {
  it('asks nothing of an action on a node before the node is named', () => {
    expect(bulkInputOf({ ...draft, action: 'SKIP_NODE' }, 'demo', {})).toBeNull();
    expect(
      bulkInputOf({ ...draft, action: 'SKIP_NODE', nodeKey: ' load ' }, 'demo', {}),
    ).toMatchObject({ nodeKey: 'load', output: {} });
  });
  it('sends the filter of the list as it is', () => {
    const filter = filterOf({ unresolved: true, states: ['failed'] });
    expect(bulkInputOf(draft, 'demo', filter)).toEqual({
      namespace: 'demo',
      action: 'RETRY_FAILED',
      filter: { states: ['failed'], onlyUnresolved: true },
    });
  });
});
