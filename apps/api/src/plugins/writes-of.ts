import { type Action, type ProcedureSpec, WRITES, type Write } from '@renderdeck/contract';
import { PROCEDURES } from '@renderdeck/contract/router';
import { NEXRENDER_ROUTES } from '@renderdeck/rest-adapter';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

const specs: readonly ProcedureSpec[] = Object.values(PROCEDURES);
const ROUTES: ReadonlyMap<string, Action> = new Map([
  ...specs.flatMap(({ action, rest }): [string, Action][] =>
    rest === undefined ? [] : [[`${rest.method} /api${rest.path}`, action]],
  ),
  ...Object.values(NEXRENDER_ROUTES).map(({ place, action }): [string, Action] => [
    `${place.method} /api${place.url}`,
    action,
  ]),
]);
/** The names of the called procedures, decoded in the same way as the router decodes them. */
const procedurePath = z.object({ path: z.string() });

/**
 * Returns the writes that a request asks for, whether they are allowed or not. A tRPC batch may ask
 * for several.
 */
export function writesOf({ method, params, routeOptions }: FastifyRequest): readonly Write[] {
  const names = procedurePath.safeParse(params).data?.path.split(',') ?? [];
  const ofRoute = ROUTES.get(`${method} ${routeOptions.url}`);
  return WRITES.filter((write) => write === ofRoute || names.includes(write));
}
