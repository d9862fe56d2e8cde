import { randomUUID } from 'node:crypto';
import type { RequestContext } from '@renderdeck/contract/router';
import type { AdminContext } from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';

/** Returns the context in which an operation runs for a request. */
export function adminContext(db: Database, requestContext: RequestContext): AdminContext {
  return { db, requestContext, newId: randomUUID };
}
