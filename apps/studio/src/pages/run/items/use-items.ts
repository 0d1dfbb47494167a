import {
  type HeddleApiError,
  Items,
  type ItemsQuery,
  type ItemState,
  queryKey,
  request,
} from '@heddle/studio-data';
import { useThrottledValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';

const PAGE_SIZE = 200;
/** While child runs come and go, loaded items are asked for again at most this often. */
const REFRESH_MS = 1_500;
/** With more pages than this loaded, they are asked for again by hand only. */
const LIVE_PAGES_MAX = 5;

/** One item as the API gives it. */
export type ItemRow = NonNullable<
  NonNullable<ItemsQuery['run']>['nodeRun']
>['items']['nodes'][number];

interface ItemsFilter {
  runId: string;
  key: string;
  states: readonly ItemState[];
  search: string;
}

/** The items of a node, page by page; loaded ones follow `stamp`, which changes with the counts. */
export function useItems({ runId, key, states, search }: ItemsFilter, stamp: string) {
  const variables = {
    runId,
    key,
    first: PAGE_SIZE,
    ...(states.length > 0 ? { states: [...states] } : {}),
    ...(search ? { search } : {}),
  };
  const query = useInfiniteQuery<
    ItemsQuery,
    HeddleApiError,
    ItemsQuery[],
    readonly unknown[],
    string | null
  >({
    queryKey: queryKey(Items, variables),
    queryFn: ({ pageParam, signal }) =>
      request(Items, { ...variables, ...(pageParam ? { after: pageParam } : {}) }, { signal }),
    initialPageParam: null,
    getNextPageParam: (page) => page.run?.nodeRun?.items.endCursor,
    select: (data) => data.pages,
    placeholderData: keepPreviousData,
  });
  const calmed = useThrottledValue(stamp, REFRESH_MS);
  const { refetch } = query;
  const isSmall = (query.data?.length ?? 0) <= LIVE_PAGES_MAX;
  useEffect(() => {
    if (isSmall) void refetch();
  }, [refetch, calmed, isSmall]);
  return query;
}
