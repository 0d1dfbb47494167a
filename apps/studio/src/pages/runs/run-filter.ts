import type { RunFilter } from '@heddle/studio-data';
import type { RunsSearch } from '../../search-params.js';

/** The run list's filters as the API takes them; bulk actions act on the same ones. */
export function filterOf(search: RunsSearch): RunFilter {
  return {
    ...(search.workflow ? { workflowId: search.workflow } : {}),
    ...(search.states ? { states: search.states } : {}),
    ...(search.from ? { createdFrom: new Date(search.from).toISOString() } : {}),
    ...(search.to ? { createdTo: new Date(search.to).toISOString() } : {}),
    ...(search.q ? { search: search.q } : {}),
    ...(search.children ? { includeChildren: true } : {}),
    ...(search.unresolved ? { onlyUnresolved: true } : {}),
  };
}
