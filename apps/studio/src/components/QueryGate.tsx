import type { HeddleApiError } from '@heddle/studio-data';
import { ErrorState, LoadingState } from '@heddle/ui';
import type { ReactNode } from 'react';

interface QueryGateProps<T> {
  query: { data: T | undefined; error: HeddleApiError | null; refetch: () => unknown };
  children: (data: T) => ReactNode;
}

/** Shows loading or the error of a query until there is data. */
export function QueryGate<T>({ query, children }: QueryGateProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return <LoadingState />;
}
