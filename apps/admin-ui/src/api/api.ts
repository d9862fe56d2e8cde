import type { AdminRouter } from '@renderdeck/contract/router';
import type { QueryClient } from '@tanstack/react-query';
import type { TRPCClient } from '@trpc/client';
import type { TRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { createContext, useContext } from 'react';
import type { Announcer } from '../live/announcer.ts';
import type { ChangeFeed } from '../live/change-feed.ts';
import type { Connection } from '../live/connection.ts';
import type { JobStore } from '../live/job-store.ts';
import type { ServerClock } from '../live/server-clock.ts';

/** The page's tRPC client, its query cache, and the stores that the live stream fills. */
export type Api = {
  readonly client: TRPCClient<AdminRouter>;
  readonly trpc: TRPCOptionsProxy<AdminRouter>;
  readonly queryClient: QueryClient;
  readonly jobs: JobStore;
  readonly clock: ServerClock;
  readonly connection: Connection;
  readonly changes: ChangeFeed;
  readonly announcer: Announcer;
  /** Replaces the WebSocket, if there is one, by a new one at once. */
  readonly reconnect: () => void;
};

export const ApiContext = createContext<Api | null>(null);

export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === null) throw new Error('useApi needs an ApiContext above it.');
  return api;
}
