/*
 * GET /api/events, a WebSocket: one JSON text frame for each change of a job.
 *
 * 1. A change is `{type: "change", cursor, at, event, previousStatus, actor, version, job, seq}`.
 *    Between changes come `alive` (the first frame, and the heartbeat) and `progress`. `seq` counts
 *    the frames of a stream from 1.
 * 2. `?cursor=` of the last frame resumes after that frame. `gap: true` in an `alive` frame says
 *    that earlier changes may be missing: they are no longer kept, or the database was restored or
 *    failed over and may have lost them. Then read all jobs again; their versions may be lower.
 * 3. A frame is sent when the previous frame has left, so a slow reader delays only its own stream.
 * 4. The server closes with 1008 and an error code when the session is over. It closes with 1013
 *    and an error code if the client should connect again with its last cursor: the client read too
 *    slowly, or the database does not answer.
 */
import { ERROR_CODES, type JobChangeEvent, type Problem } from '@renderdeck/contract';
import {
  type ApiContext,
  createAdminCaller,
  membersOf,
  membersOfChange,
  objectOf,
  problemOf,
} from '@renderdeck/contract/router';
import { TRPCError } from '@trpc/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { RestApp } from './caller-of.ts';
import { problems, sendProblem } from './problem.ts';

type Stream = { readonly changes: AsyncIterable<unknown>; readonly cut: AbortController };
declare module 'fastify' {
  interface FastifyRequest {
    /** The stream of changes. It is set before the upgrade of /api/events. */
    jobChanges: Stream;
  }
}

const CLOSE = { goingAway: 1001, refused: 1008, failed: 1011, later: 1013 } as const;

export function addEventRoute(
  app: RestApp,
  contextOf: (request: FastifyRequest, reply: FastifyReply) => ApiContext,
): void {
  app.decorateRequest('jobChanges');
  app.route({
    method: 'GET',
    url: '/events',
    schema: {
      operationId: 'onJobChange',
      tags: ['events'],
      summary: 'Live changes of jobs over a WebSocket',
      description:
        'An `alive` frame with `gap: true` says that changes before it may be missing, also ' +
        'after a failover or a restore of the database. Read all jobs again then; versions may ' +
        'be lower. ' +
        'Close code 1013 with an error code (`too_many_requests`: the client read too slowly; ' +
        '`unavailable`: the database is away) asks the client to connect again with its last ' +
        'cursor. 1008 with `unauthenticated` asks it to sign in.',
      querystring: z.object({
        cursor: z
          .string()
          .max(5000)
          .optional()
          .describe('Cursor of the last frame seen: resumes after it.'),
      }),
      response: {
        101: z.undefined().describe('JSON text frames, one per change of a job.'),
        ...problems('invalid_input', 'unauthenticated'),
      },
    },
    // This runs before the upgrade, so an anonymous client gets its 401 as an HTTP answer.
    preHandler: async (request, reply) => {
      const cut = new AbortController();
      const changes = await createAdminCaller(contextOf(request, reply), {
        signal: cut.signal,
      }).onJobChange({
        lastEventId: request.query.cursor,
      });
      request.jobChanges = { changes, cut };
    },
    handler: async (request, reply) => {
      const detail = 'This address speaks WebSocket; connect with ws:// or wss://.';
      return sendProblem(request, reply, {
        code: 'invalid_input',
        status: ERROR_CODES.invalid_input.status,
        detail,
        facts: {},
      });
    },
    wsHandler: (socket, request) => sendFrames(socket, request),
  });
}

const INTERNAL: Pick<Problem, 'code' | 'facts'> = { code: 'internal', facts: {} };

async function sendFrames(socket: WebSocket, request: FastifyRequest): Promise<void> {
  const { jobChanges } = request;
  socket.on('close', () => jobChanges.cut.abort());
  try {
    for await (const frame of framesOf(jobChanges)) await send(socket, frame);
    socket.close(CLOSE.goingAway);
  } catch (error) {
    const { code, facts } = error instanceof TRPCError ? problemOf(error) : INTERNAL;
    if (code === 'internal') request.log.error({ err: error }, 'live changes failed');
    const later = facts.retryAfterSeconds === undefined ? CLOSE.refused : CLOSE.later;
    socket.close(code === 'internal' ? CLOSE.failed : later, code);
  }
}

/**
 * What a call in this process yields for each frame. tRPC's types show only the part for clients.
 */
const envelope = z.tuple([z.string(), z.custom<JobChangeEvent>(), z.symbol()]);

/**
 * The frames of a stream as text. Changes that the router yields together become one frame each.
 * Only the last of them moves the cursor, so a client that is cut off between them loses no change.
 */
async function* framesOf({ changes }: Stream): AsyncGenerator<string> {
  let cursor = '';
  let seq = 0;
  for await (const frame of changes) {
    const [after, event] = envelope.parse(frame);
    if (event.type === 'changes') {
      for (const [index, change] of event.changes.entries()) {
        const at = index === event.changes.length - 1 ? after : cursor;
        seq += 1;
        yield objectOf(
          membersOf({ type: 'change', cursor: at }),
          membersOfChange(change),
          membersOf({ seq }),
        );
      }
    } else {
      const { type, ...facts } = event;
      seq += 1;
      yield JSON.stringify({ type, cursor: after, ...facts, seq });
    }
    cursor = after;
  }
}

/**
 * Resolves when the frame has left this process or the socket is gone. A socket that is gone stops
 * the stream.
 */
function send(socket: WebSocket, frame: string): Promise<void> {
  return new Promise((resolve) => {
    socket.send(frame, () => resolve());
  });
}
