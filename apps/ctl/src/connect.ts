import { type Api, createClient } from '@renderdeck/client';
import type { CtlConfig } from './config.ts';

/**
 * The API, signed in: with the token, or with a session for this run alone, which `close` ends.
 * Throws what the API refused, or that nothing answered.
 */
export async function connect({
  url,
  credential,
}: CtlConfig): Promise<{ api: Api; close(): Promise<void> }> {
  if ('token' in credential) {
    const { api, close } = createClient({ url, token: credential.token });
    return { api, close };
  }
  const client = createClient({ url });
  await client.signIn(credential.username, credential.password);
  return {
    api: client.api,
    async close() {
      await client.signOut();
      await client.close();
    },
  };
}
