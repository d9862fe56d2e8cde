import { problemOf } from '@renderdeck/client/problem';
import type { AdminRouter } from '@renderdeck/contract/router';
import { hashKey, MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { createTRPCClient, type TRPCLink } from '@trpc/client';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { createAnnouncer } from '../live/announcer.ts';
import { createChangeFeed } from '../live/change-feed.ts';
import { createConnection } from '../live/connection.ts';
import { createJobStore } from '../live/job-store.ts';
import { createServerClock } from '../live/server-clock.ts';
import type { Api } from './api.ts';
import { meOptions } from './me.ts';

/** Creates the page's API over these links: the browser's own, or a fake farm in tests. */
export function createApi(links: TRPCLink<AdminRouter>[], reconnect: () => void = () => {}): Api {
  const clock = createServerClock();
  const connection = createConnection(clock.now);
  const onSuccess = () => connection.onHttpResult(true);
  const onError = (error: unknown) => {
    const problem = problemOf(error);
    connection.onHttpResult(problem !== null);
    if (problem?.code === 'unauthenticated')
      void queryClient.invalidateQueries({ queryKey: meOptions({ trpc }).queryKey });
  };
  const queryClient = new QueryClient({
    queryCache: new QueryCache({
      onSuccess,
      onError: (error, query) => {
        // A failed `me` query must not refetch itself.
        if (query.queryHash !== hashKey(meOptions({ trpc }).queryKey)) onError(error);
      },
    }),
    mutationCache: new MutationCache({ onSuccess, onError }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        networkMode: 'always',
        retry: (failures, error) => problemOf(error) === null && failures < 1,
      },
      mutations: { networkMode: 'always' },
    },
  });
  const client = createTRPCClient<AdminRouter>({ links });
  const trpc = createTRPCOptionsProxy<AdminRouter>({ client, queryClient });
  return {
    client,
    trpc,
    queryClient,
    jobs: createJobStore(),
    clock,
    connection,
    changes: createChangeFeed(),
    announcer: createAnnouncer(),
    reconnect,
  };
}
