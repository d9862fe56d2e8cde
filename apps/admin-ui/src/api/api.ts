import type { AdminRouter } from '@renderdeck/contract/router';
import { hashKey, MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { createTRPCClient, type TRPCClient, type TRPCLink } from '@trpc/client';
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { createContext, useContext } from 'react';
import { type ChangeFeed, createChangeFeed } from './change-feed.ts';
import { type Connection, createConnection } from './connection.ts';
import { createJobStore, type JobStore } from './job-store.ts';
import { problemOf } from './problem.ts';
import { createServerClock, type ServerClock } from './server-clock.ts';

/** Everything the page knows of the farm, and its two ways to ask. */
export type Api = {
  readonly client: TRPCClient<AdminRouter>;
  readonly trpc: TRPCOptionsProxy<AdminRouter>;
  readonly queryClient: QueryClient;
  readonly jobs: JobStore;
  readonly clock: ServerClock;
  readonly connection: Connection;
  readonly changes: ChangeFeed;
  /** Drops the socket, if there is one, so that a new one is tried at once. */
  readonly dropSocket: () => void;
};

/** Wires the page to a farm through these links; what reaches the farm is the links' own matter. */
export function createApi(links: TRPCLink<AdminRouter>[], dropSocket: () => void = () => {}): Api {
  const clock = createServerClock();
  const connection = createConnection(clock.now);
  const note = (error: unknown) => {
    const problem = problemOf(error);
    connection.httpAnswered(problem !== null);
    if (problem?.code === 'unauthenticated')
      void queryClient.invalidateQueries({ queryKey: trpc.me.queryKey() });
  };
  const queryClient = new QueryClient({
    queryCache: new QueryCache({
      onSuccess: () => connection.httpAnswered(true),
      onError: (error, query) => {
        // The session's own question must not ask itself again.
        if (query.queryHash !== hashKey(trpc.me.queryKey())) note(error);
      },
    }),
    mutationCache: new MutationCache({
      onSuccess: () => connection.httpAnswered(true),
      onError: note,
    }),
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
    dropSocket,
  };
}

export const ApiContext = createContext<Api | null>(null);

export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === null) throw new Error('useApi needs an ApiContext above it.');
  return api;
}
