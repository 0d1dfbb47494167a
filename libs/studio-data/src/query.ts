import {
  keepPreviousData,
  MutationCache,
  QueryCache,
  QueryClient,
  type QueryKey,
  useMutation,
  type UseMutationResult,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import { HeddleApiError, request } from './api.js';
import type { TypedDocumentString } from './generated/operations.js';

/** Retries of a query whose request did not get through; refusals are final. */
const NETWORK_RETRIES_MAX = 3;

/** The name of an operation, which is the first part of its query key. */
export function operationName(document: { toString(): string }): string {
  return /(?:query|mutation)\s+(\w+)/.exec(document.toString())?.[1] ?? 'anonymous';
}

/** Key of a query: the operation's name, then its variables. */
export function queryKey<R, V>(document: TypedDocumentString<R, V>, variables?: V): QueryKey {
  return variables === undefined ? [operationName(document)] : [operationName(document), variables];
}

/** The page's query cache. `onUnauthenticated` runs when an answer says that the session has ended. */
export function createQueryClient(onUnauthenticated: (client: QueryClient) => void): QueryClient {
  const onError = (error: Error): void => {
    if (error instanceof HeddleApiError && error.code === 'UNAUTHENTICATED')
      onUnauthenticated(client);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (count, error) =>
          error instanceof HeddleApiError &&
          error.code === 'NETWORK' &&
          count < NETWORK_RETRIES_MAX,
        refetchOnWindowFocus: true,
      },
    },
  });
  return client;
}

interface ApiQueryOptions {
  /** False: do not ask yet. */
  enabled?: boolean;
  /** Ask again after this many milliseconds; false or absent: never. */
  refetchMs?: number | false;
  /** Keep showing the last answer while another page or filter loads. */
  keepPrevious?: boolean;
}

/** Reads one operation through the cache. */
export function useApiQuery<R, V>(
  document: TypedDocumentString<R, V>,
  variables: V,
  options: ApiQueryOptions = {},
): UseQueryResult<R, HeddleApiError> {
  return useQuery<R, HeddleApiError>({
    queryKey: queryKey(document, variables),
    queryFn: ({ signal }) => request(document, variables, { signal }),
    enabled: options.enabled ?? true,
    refetchInterval: options.refetchMs ?? false,
    ...(options.keepPrevious ? { placeholderData: keepPreviousData } : {}),
  });
}

/** Sends one mutation; afterwards the named queries are asked again. */
export function useApiMutation<R, V>(
  document: TypedDocumentString<R, V>,
  invalidates: readonly { toString(): string }[] = [],
): UseMutationResult<R, HeddleApiError, V> {
  const client = useQueryClient();
  return useMutation<R, HeddleApiError, V>({
    mutationFn: (variables) => request(document, variables),
    onSuccess: () =>
      Promise.all(
        invalidates.map((query) => client.invalidateQueries({ queryKey: [operationName(query)] })),
      ),
  });
}
