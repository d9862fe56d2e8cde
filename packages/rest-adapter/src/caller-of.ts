import { type AdminCaller, type ApiContext, createAdminCaller } from '@renderdeck/contract/router';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { untilGone } from './until-gone.ts';

export type ContextOf = (request: FastifyRequest, reply: FastifyReply) => ApiContext;

/** The caller of one request: its calls are aborted when the client goes away. */
export type CallerOf = (request: FastifyRequest, reply: FastifyReply) => AdminCaller;

export function makeCallerOf(contextOf: ContextOf): CallerOf {
  return (request, reply) =>
    createAdminCaller(contextOf(request, reply), { signal: untilGone(reply) });
}
