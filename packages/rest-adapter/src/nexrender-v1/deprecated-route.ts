import { isAllowed, refuse, uidSchema } from '@renderdeck/contract';
import { type AdminCaller, type ApiContext, problemOf } from '@renderdeck/contract/router';
import { TRPCError } from '@trpc/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sendError } from '../problem.ts';

/** Makes the context and the caller of one request. */
export type Open = (
  request: FastifyRequest,
  reply: FastifyReply,
) => { readonly context: ApiContext; readonly caller: AdminCaller };

const headers = z.object({
  'nexrender-secret': z.string().optional().describe('A token, as in `Authorization: Bearer`.'),
});

/** The part of the schema that is the same for every route of /api/v1. */
export const deprecated = {
  tags: ['nexrender-server'],
  deprecated: true,
  security: [{ token: [] }],
  headers,
};

/** The date of the deprecation, in seconds of Unix time (RFC 9745): 25 November 2026. */
const DEPRECATED = '@1795564800';
const SUCCESSOR = '</api/docs>; rel="successor-version"';

/**
 * An onSend hook: every answer of /api/v1, refusals included, says that the API is deprecated and
 * names its successor.
 */
export async function addDeprecationHeaders(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  if (request.url.startsWith('/api/v1/'))
    reply.headers({ deprecation: DEPRECATED, link: SUCCESSOR });
}

export const params = z.object({ uid: z.string() });

/**
 * The id of the job with this uid. The uid itself if it is no uid, because it may be an id, and if
 * the actor may not read jobs, because then the procedure refuses it.
 */
export async function findId(context: ApiContext, uid: string): Promise<string> {
  if (!uidSchema.safeParse(uid).success) return uid;
  const { actor } = await context.authenticate();
  return isAllowed(actor, 'getJob') ? ((await context.port.findJobOfUid(uid)) ?? uid) : uid;
}

/** Answers 404 for a uid that no job has, where /api answers 400 for what is no job id. */
export function sendErrorOfUid(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { uid } = params.parse(request.params);
  return sendError(
    error instanceof TRPCError && isOfId(error)
      ? refuse('job_not_found', `No job has the uid ${uid}; look it up in the list of jobs.`)
      : error,
    request,
    reply,
  );
}

const ofId = z.object({ fields: z.tuple([z.object({ field: z.literal('id') })]) });

function isOfId(error: TRPCError): boolean {
  const { code, facts } = problemOf(error);
  return code === 'invalid_input' && ofId.safeParse(facts).success;
}
