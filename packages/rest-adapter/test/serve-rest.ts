import type { Answer } from '@renderdeck/contract/testing/expect-problem';
import { createFakeAdminPort } from '@renderdeck/contract/testing/fake-admin-port';
import fastify, { type InjectOptions } from 'fastify';
import { restAdapter } from '../src/index.ts';

/** The time of the fake port's clock. */
export const NOW = '2026-03-01T12:00:00.000Z';

export type RestServer = ReturnType<typeof serveRest>;

/**
 * The REST adapter on a Fastify server, over the fake port. The bearer token is the name of the
 * user.
 */
export function serveRest(options: { nexrenderApi?: boolean } = {}) {
  const fake = createFakeAdminPort(() => new Date(NOW));
  // The limit of the server is larger, so the limit of the adapter decides.
  const server = fastify({ bodyLimit: 8 * 1024 * 1024 });
  void server.register(restAdapter, {
    ...options,
    contextOf: (request) =>
      fake.contextOf(
        request.headers.authorization?.replace('Bearer ', '') ?? null,
        { channel: 'rest', requestId: request.id },
        { set: async () => {}, clear: async () => {} },
      ),
  });
  return {
    fake,
    server,
    /** Sends a request as that user; null: anonymous. */
    async send(
      as: 'vera' | 'sam' | 'ada' | null,
      method: NonNullable<InjectOptions['method']>,
      url: string,
      payload?: InjectOptions['payload'],
      headers: InjectOptions['headers'] = {},
    ): Promise<Answer> {
      const credential = fake.signIn(as);
      const authorization = credential === null ? {} : { authorization: `Bearer ${credential}` };
      const response = await server.inject({
        method,
        url,
        headers: { ...authorization, ...headers },
        ...(payload === undefined ? {} : { payload }),
      });
      const isJson = /json/.test(String(response.headers['content-type']));
      const body = response.body === '' ? undefined : isJson ? response.json() : response.body;
      return { status: response.statusCode, headers: response.headers, body };
    },
  };
}
