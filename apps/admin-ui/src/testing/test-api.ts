import { type AdminRouter, adminRouter } from '@renderdeck/contract/router';
import type { createFakeAdminPort } from '@renderdeck/contract/testing/fake-admin-port';
import { unstable_localLink as localLink, type TRPCLink } from '@trpc/client';
import type { Api } from '../api/api.ts';
import { createApi } from '../api/create-api.ts';

type Farm = ReturnType<typeof createFakeAdminPort>;
type User = Parameters<Farm['signIn']>[0];

/** The page's API over a farm in memory, called through the real router. */
export function createTestApi(
  farm: Farm,
  user: User,
  links: readonly TRPCLink<AdminRouter>[] = [],
): Api {
  let sessionId = farm.signIn(user);
  const cookie = {
    set: async (id: string) => {
      sessionId = id;
    },
    clear: async () => {
      sessionId = null;
    },
  };
  return createApi([
    ...links,
    localLink({
      router: adminRouter,
      createContext: async () => farm.contextOf(sessionId, {}, cookie),
    }),
  ]);
}
