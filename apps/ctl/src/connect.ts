import type { AdminRouter } from '@renderdeck/contract/router';
import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client';
import type { CtlConfig } from './config.ts';

export type Client = TRPCClient<AdminRouter>;

/**
 * A client that is signed in: with the token, or with a session of its own, whose cookie it keeps for this run and which `close` ends.
 * Throws what the API refused or the network lost.
 */
export async function connect({
  url,
  credential,
}: CtlConfig): Promise<{ client: Client; close(): Promise<void> }> {
  if ('token' in credential) {
    return {
      client: clientOf(url, () => ({ authorization: `Bearer ${credential.token}` })),
      close: async () => undefined,
    };
  }
  const cookies = new Map<string, string>();
  const keep = (response: Response) => {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(cookie) ?? [];
      if (name !== undefined && value !== undefined) cookies.set(name, value);
    }
  };
  const client = clientOf(
    url,
    () => ({ cookie: [...cookies].map((pair) => pair.join('=')).join('; ') }),
    keep,
  );
  await client.login.mutate(credential);
  return { client, close: async () => void (await client.logout.mutate()) };
}

function clientOf(
  url: string,
  headers: () => Record<string, string>,
  keep: (response: Response) => void = () => undefined,
): Client {
  return createTRPCClient<AdminRouter>({
    links: [
      httpLink({
        url: `${url}/trpc`,
        headers,
        fetch: async (input, init) => {
          const response = await fetch(input, { ...init, signal: init?.signal ?? null });
          keep(response);
          return response;
        },
      }),
    ],
  });
}
