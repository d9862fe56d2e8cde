import type { IncomingMessage } from 'node:http';
import { ERROR_CODES, type ErrorCode, WRITES } from '@renderdeck/contract';
import type { ApiContext } from '@renderdeck/contract/router';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Authenticator } from '../authenticate.ts';
import { isWebSocket } from '../http-request.ts';
import { isForPrograms } from './is-for-programs.ts';

type Write = (typeof WRITES)[number];
const ROUTES: ReadonlyMap<string, Write> = new Map([
  ['POST /api/session', 'login'],
  ['DELETE /api/session', 'logout'],
  ['PUT /api/session/password', 'changePassword'],
  ['POST /api/jobs', 'submitJob'],
  ['POST /api/jobs/:id/resubmit', 'resubmitJob'],
  ['DELETE /api/jobs/:id', 'cancelJob'],
  ['PATCH /api/jobs/:id/priority', 'setPriority'],
  ['POST /api/hosts/:name/check', 'checkHost'],
  ['POST /api/hosts/:name/gone', 'declareHostGone'],
  ['POST /api/hosts/:name/release', 'releaseHost'],
  ['POST /api/users', 'createUser'],
  ['PATCH /api/users/:name', 'updateUser'],
  ['POST /api/tokens', 'createToken'],
  ['DELETE /api/tokens/:name', 'revokeToken'],
  ['DELETE /api/sessions/:id', 'revokeSession'],
  ['POST /api/webhooks', 'createWebhook'],
  ['PATCH /api/webhooks/:name', 'updateWebhook'],
  ['DELETE /api/webhooks/:name', 'deleteWebhook'],
  ['POST /api/webhooks/:name/test', 'testWebhook'],
  ['POST /api/webhook-deliveries/:id/redeliver', 'redeliver'],
  ['POST /api/v1/jobs', 'submitJob'],
  ['PUT /api/v1/jobs/:uid', 'setPriority'],
  ['DELETE /api/v1/jobs/:uid', 'cancelJob'],
]);
/** The codes of a refusal before a procedure runs: one for each status. */
const EARLY_CODES = [
  'invalid_json',
  'unauthenticated',
  'cross_site',
  'body_too_large',
  'unsupported_media_type',
  'too_many_requests',
] as const satisfies readonly ErrorCode[];
const CODE_OF: ReadonlyMap<number, ErrorCode> = new Map(
  EARLY_CODES.map((code) => [ERROR_CODES[code].status, code]),
);

/**
 * Writes the audit line of a write, or of a WebSocket, that is refused before a procedure runs: it
 * comes from another site, has no session, is no JSON, or is too much. `reached` marks a request
 * that gets to a procedure: the procedure records its own refusals.
 */
export function recordEarlyRefusals(
  server: FastifyInstance,
  { port, afterAudited }: Pick<ApiContext, 'port' | 'afterAudited'>,
  auth: Pick<Authenticator, 'of'>,
): { reached(request: IncomingMessage): void } {
  const reached = new WeakSet<IncomingMessage>();
  const record = async (request: FastifyRequest, code: ErrorCode): Promise<void> => {
    const action = actionOf(request);
    if (action === null || reached.has(request.raw)) return;
    const { actor } = await auth.of(request.raw, isForPrograms(request))();
    const channel = request.routeOptions.url?.startsWith('/trpc') ? 'trpc' : 'rest';
    await port.recordRefusal(
      { actor, channel, address: request.ip ?? null, requestId: request.id },
      { action, code, jobId: jobOf(request) },
    );
    afterAudited?.(action, false);
  };
  server.addHook('onResponse', (request, reply, done) => {
    const code = CODE_OF.get(reply.statusCode);
    if (code === undefined) {
      done();
      return;
    }
    record(request, code).then(() => done(), done);
  });
  return { reached: (request) => void reached.add(request) };
}

/** The names of the called procedures, decoded as the router reads them. */
const procedurePath = z.object({ path: z.string() });

function actionOf({
  method,
  params,
  routeOptions,
  raw,
}: FastifyRequest): Write | 'onJobChange' | null {
  if (isWebSocket(raw)) return 'onJobChange';
  const names = procedurePath.safeParse(params).data?.path.split(',') ?? [];
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
