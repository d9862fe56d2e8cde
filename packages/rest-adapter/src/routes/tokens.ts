import {
  createTokenInput,
  createTokenOutput,
  listTokensOutput,
  revokeTokenInput,
  tokenSchema,
} from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf } from '../caller-of.ts';
import { problems } from '../openapi.ts';
import type { RestApp } from '../rest-app.ts';

const success = z.literal(true);
const ACCESS = ['unauthenticated', 'forbidden'] as const;

/** List, make and revoke tokens. */
export function addTokenRoutes(app: RestApp, callerOf: CallerOf): void {
  addList(app, callerOf);
  addCreate(app, callerOf);
  addRevoke(app, callerOf);
}

function addList(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'GET',
    url: '/tokens',
    schema: {
      tags: ['access'],
      summary: 'List tokens, also revoked ones',
      response: { 200: listTokensOutput, ...problems(...ACCESS) },
    },
    handler: async (request, reply) => reply.send(await callerOf(request, reply).listTokens()),
  });
}

function addCreate(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'POST',
    url: '/tokens',
    schema: {
      tags: ['access'],
      summary: 'Make a token for a program',
      description:
        'A program signs in with `Authorization: Bearer` and the `secret`, which is shown this ' +
        'once. Without `expiresInDays` it is valid until it is revoked.',
      body: createTokenInput,
      response: {
        201: createTokenOutput.extend({ success }),
        ...problems('invalid_input', 'invalid_json', ...ACCESS, 'name_taken'),
      },
    },
    handler: async (request, reply) => {
      const made = await callerOf(request, reply).createToken({ ...request.body });
      return reply.code(201).send({ ...made, success: true });
    },
  });
}

function addRevoke(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'DELETE',
    url: '/tokens/:name',
    schema: {
      tags: ['access'],
      summary: 'Revoke a token',
      description: 'It ends at once, with its open streams. It stays in the list.',
      params: revokeTokenInput,
      response: {
        200: z.object({ success, token: tokenSchema }),
        ...problems('invalid_input', ...ACCESS, 'not_found'),
      },
    },
    handler: async (request, reply) => {
      const revoked = await callerOf(request, reply).revokeToken(request.params);
      return reply.send({ success: true, ...revoked });
    },
  });
}
