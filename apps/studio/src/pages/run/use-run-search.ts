import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { runRoute } from '../../router.js';
import type { RunSearch } from '../../search-params.js';
import { useNamespace } from '../../session.js';

/** New values; undefined takes one out of the address. */
export type RunSearchChange = { [K in keyof RunSearch]?: RunSearch[K] | undefined };

/** Node, tab and view in the address, and a way to change them. */
export function useRunSearch(runId: string): [RunSearch, (change: RunSearchChange) => void] {
  const search = runRoute.useSearch();
  const namespace = useNamespace();
  const navigate = useNavigate();
  const change = useCallback(
    (next: RunSearchChange) =>
      void navigate({
        to: '/n/$namespace/runs/$runId',
        params: { namespace, runId },
        search: (before: RunSearch) => ({ ...before, ...next }),
        replace: true,
      }),
    [navigate, namespace, runId],
  );
  return [search, change];
}
