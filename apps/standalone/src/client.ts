import type { AdminRouter } from '@renderdeck/contract/router';
import { createTRPCClient, httpLink } from '@trpc/client';

/** The typed client of a farm, as a program with a token, or as a person who signs in and keeps the cookie. */
export function farmClient(url: string, token: string | null = null) {
  let cookie: string | null = null;
  return createTRPCClient<AdminRouter>({
    links: [
      httpLink({
        url: `${url}/trpc`,
        headers: () => ({
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(cookie === null ? {} : { cookie }),
        }),
        fetch: async (input, init) => {
          const response = await fetch(input, {
            ...init,
            body: init?.body ?? null,
            signal: init?.signal ?? null,
          });
          const [set] = response.headers.getSetCookie();
          cookie = set?.split(';')[0] ?? cookie;
          return response;
        },
      }),
    ],
  });
}
export type FarmClient = ReturnType<typeof farmClient>;
