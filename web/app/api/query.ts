import {
  type InfiniteData,
  infiniteQueryOptions,
  QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import type { FetchResponse, MaybeOptionalInit } from 'openapi-fetch';
import type { PathsWithMethod } from 'openapi-typescript-helpers';
import { useRef } from 'react';
import { answer, api } from './client.ts';
import { newId } from './new-id.ts';
import { type Problem, problemOf } from './problem.ts';
import type { paths } from './schema.d.ts';

type Path = PathsWithMethod<paths, 'get'>;
type Init<P extends Path> = MaybeOptionalInit<paths[P], 'get'>;

/** The body of a path's answer: `Body<'/people/{id}'>`. */
export type Body<P extends Path> = NonNullable<FetchResponse<paths[P]['get'], object, 'application/json'>['data']>;
/** One thing of a list's page. */
export type Item<P extends Path> = Body<P> extends { items: (infer T)[] } ? T : never;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What was read keeps the version of its answer: see ifMatch.
      structuralSharing: false,
      retry: (failures, error) => failures < 2 && [0, 502, 503, 504].includes(problemOf(error).status),
    },
  },
});

/** What is read, for useQuery: `useQuery(read('/people/{id}', { params: { path: { id } } }))`. */
export const read = <P extends Path>(path: P, ...[init]: undefined extends Init<P> ? [Init<P>?] : [Init<P>]) =>
  queryOptions<Body<P>, Problem>({
    queryKey: [path, init ?? {}],
    queryFn: async ({ signal }) => (await answer(api.GET(path, { ...init, signal } as never))) as Body<P>,
  });

/** A list that grows page by page as it is asked for, for useInfiniteQuery. */
export const readPages = <P extends Path>(path: P, init: { params: { query?: object; path?: object } }) =>
  infiniteQueryOptions<Listed<P>, Problem, InfiniteData<Listed<P>>, readonly unknown[], string | undefined>({
    queryKey: [path, init, 'pages'],
    queryFn: async ({ signal, pageParam }) => {
      const query = { ...init.params.query, ...(pageParam && { after: pageParam }) };
      const call = { params: { ...init.params, query }, signal };
      return (await answer(api.GET(path, call as never))) as Listed<P>;
    },
    initialPageParam: undefined,
    getNextPageParam: (page) => (page as { next?: string }).next,
  });

/** The body of a list's page. */
type Listed<P extends Path> = Body<P> & { items: Item<P>[] };

interface Submission<V, T> {
  /** Makes the change; `key` is the same for every try of the same input. */
  send: (input: V, key: string) => Promise<T>;
  onDone?: (answer: T, input: V) => void;
}

/** A change: sent once however often it is tried, after which everything that is shown is read again. */
export function useSubmission<V, T>({ send, onDone }: Submission<V, T>) {
  const client = useQueryClient();
  const tried = useRef<{ of: string; key: string } | undefined>(undefined);
  return useMutation<T, Problem, V>({
    mutationFn: (input) => {
      const of = JSON.stringify(input);
      if (tried.current?.of !== of) tried.current = { of, key: newId() };
      return send(input, tried.current.key);
    },
    onSuccess: async (done, input) => {
      tried.current = undefined;
      onDone?.(done, input);
      await client.invalidateQueries();
    },
  });
}
