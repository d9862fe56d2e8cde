import { WRITES, type Write } from '@renderdeck/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

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
/** The names of the called procedures, decoded as the router reads them. */
const procedurePath = z.object({ path: z.string() });

/** The writes that a request asks for, allowed or not; a batch of tRPC may ask for several. */
export function writesOf({ method, params, routeOptions }: FastifyRequest): readonly Write[] {
  const names = procedurePath.safeParse(params).data?.path.split(',') ?? [];
  const ofRoute = ROUTES.get(`${method} ${routeOptions.url}`);
  return WRITES.filter((write) => write === ofRoute || names.includes(write));
}
