import { randomUUID } from 'node:crypto';
import type { Role } from '@renderdeck/domain';
import type { Database } from '@renderdeck/store';
import type { AdminContext, RequestContext } from '../src/index.ts';

export const REQUEST_CONTEXT = {
  actor: { kind: 'user', id: '0198a000-0000-7000-8000-000000000001', name: 'ada', role: 'admin' },
  channel: 'trpc',
  address: '192.0.2.7',
  requestId: 'req-1',
} as const satisfies RequestContext;

/**
 * The context of a request by ada, or by a user of another name. `db` may be a held transaction.
 */
export function aRequestContext(
  db: Database,
  name: string = REQUEST_CONTEXT.actor.name,
  role: Role = 'admin',
): AdminContext {
  return {
    db,
    requestContext: {
      ...REQUEST_CONTEXT,
      actor: { ...REQUEST_CONTEXT.actor, id: idOf(name), name, role },
    },
    newId: randomUUID,
  };
}

/** The context of what a test prepares in no user's name. */
export function aSystemContext(db: Database): AdminContext {
  const actor = { kind: 'system', name: 'test' } as const;
  const requestContext = { actor, channel: 'test', address: null, requestId: null } as const;
  return { db, requestContext, newId: randomUUID };
}

/** Another name is another user. */
function idOf(name: string): string {
  const { actor } = REQUEST_CONTEXT;
  if (name === actor.name) return actor.id;
  const digits = Buffer.from(name).toString('hex').slice(-12).padStart(12, '0');
  return `${actor.id.slice(0, -12)}${digits}`;
}

/** The context inside a held transaction. */
export function within<Context extends { readonly db: Database }>(
  tx: Database,
  context: Context,
): Context {
  return { ...context, db: tx };
}
