import { jobIdSchema, refuse } from '@renderdeck/contract';
import { problemOf } from '@renderdeck/contract/router';
import { TRPCError } from '@trpc/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sendError } from '../problem.ts';

export const params = z.object({ uid: z.string() });

/** Answers 404 for a uid that is not a job id. /api answers 400. */
export function sendErrorOfUid(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { uid } = params.parse(request.params);
  const malformed =
    error instanceof TRPCError &&
    problemOf(error).code === 'invalid_input' &&
    !jobIdSchema.safeParse(uid).success;
  return sendError(
    malformed
      ? refuse('job_not_found', `No job has the uid ${uid}; look it up in the list of jobs.`)
      : error,
    request,
    reply,
  );
}
