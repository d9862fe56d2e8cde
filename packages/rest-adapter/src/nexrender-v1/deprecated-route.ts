import type { AdminCaller, ApiContext } from '@renderdeck/contract/router';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

/** The context and the caller of one request. */
export type Open = (
  request: FastifyRequest,
  reply: FastifyReply,
) => { readonly context: ApiContext; readonly caller: AdminCaller };

const headers = z.object({
  'nexrender-secret': z.string().optional().describe('A token, as in `Authorization: Bearer`.'),
});

/** The part of the schema that every route of /api/v1 shares. */
export const deprecated = {
  tags: ['nexrender-server'],
  deprecated: true,
  security: [{ token: [] }],
  headers,
};
