import type { IncomingMessage } from 'node:http';
import { ERROR_CODES, type ErrorCode, WRITES } from '@renderdeck/contract';
import type { ApiContext } from '@renderdeck/contract/router';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Authenticator } from '../authenticate.ts';

type Write = (typeof WRITES)[number];
const ROUTES: ReadonlyMap<string, Write> = new Map([
  ['POST /api/session', 'login'],
  ['DELETE /api/session', 'logout'],
  ['POST /api/jobs', 'submitJob'],
  ['DELETE /api/jobs/:id', 'cancelJob'],
  ['PATCH /api/jobs/:id/priority', 'setPriority'],
  ['POST /api/v1/jobs', 'submitJob'],
  ['PUT /api/v1/jobs/:uid', 'setPriority'],
  ['DELETE /api/v1/jobs/:uid', 'cancelJob'],
]);
/** What a write is refused with before a procedure sees it: one code for each status. */
const EARLY_CODES = [
  'invalid_json',
  'unauthenticated',
  'cross_site',
  'body_too_large',
  'unsupported_media_type',
  'too_many_requests',
] as const satisfies readonly ErrorCode[];

/**
 * Writes the audit line of a write, or of a WebSocket, that is refused before a procedure sees it:
 * it comes from another site, has no session, is no JSON, or is too much. `reached` marks a request
 * that a procedure has seen; from there on the procedure records what it refuses.
 */
export function recordEarlyRefusals(
  server: FastifyInstance,
  { port, afterAudited }: Pick<ApiContext, 'port' | 'afterAudited'>,
  auth: Pick<Authenticator, 'of'>,
): { reached(request: IncomingMessage): void } {
  const seen = new WeakSet<IncomingMessage>();
  server.addHook('onResponse', async (request, reply) => {
    const code = EARLY_CODES.find((early) => ERROR_CODES[early].status === reply.statusCode);
    const action = actOf(request);
    if (code === undefined || action === null || seen.has(request.raw)) return;
    const { actor } = await auth.of(request.raw)();
    const channel = request.routeOptions.url?.startsWith('/trpc') ? 'trpc' : 'rest';
    await port.recordRefusal(
      { actor, channel, address: request.ip ?? null, requestId: request.id },
      { action, code, jobId: jobOf(request) },
    );
    afterAudited?.(action, false);
  });
  return { reached: (request) => void seen.add(request) };
}

/** The names of procedures as the router reads them, decoded. */
const called = z.object({ path: z.string() });

function actOf({
  method,
  params,
  routeOptions,
  headers,
}: FastifyRequest): Write | 'onJobChange' | null {
  if (headers.upgrade !== undefined) return 'onJobChange';
  const names = called.safeParse(params).data?.path.split(',') ?? [];
  return (
    WRITES.find((write) => names.includes(write)) ??
    ROUTES.get(`${method} ${routeOptions.url}`) ??
    null
  );
}

function jobOf({ url }: FastifyRequest): string | null {
  return (
    /^\/api\/(?:v1\/)?jobs\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=[/?]|$)/i.exec(
      url,
    )?.[1] ?? null
  );
}
