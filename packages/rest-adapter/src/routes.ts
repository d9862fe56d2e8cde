/*
 * The routes of /api: each says what it takes, what it answers and how it can fail. A route gives
 * the request to the procedure of the same name as it came. It decides only the status and the
 * sentence of the answer.
 */
import { type ContextOf, makeCallerOf } from './caller-of.ts';
import { addPlainRoutes } from './plain-routes.ts';
import type { RestApp } from './rest-app.ts';
import { addAttemptRoutes } from './routes/attempts.ts';
import { addAuditRoutes } from './routes/audit.ts';
import { addCancelRoute } from './routes/cancel-job.ts';
import { addHostRoutes } from './routes/hosts.ts';
import { addJobRoutes, addRunAgainRoute } from './routes/jobs.ts';
import { addSessionRoutes } from './routes/session.ts';
import { addPriorityRoutes } from './routes/set-priority.ts';

export function addRoutes(app: RestApp, contextOf: ContextOf): void {
  const callerOf = makeCallerOf(contextOf);
  addPlainRoutes(app, callerOf);
  addSessionRoutes(app, callerOf);
  addJobRoutes(app, callerOf);
  addAttemptRoutes(app, callerOf);
  addRunAgainRoute(app, callerOf);
  addCancelRoute(app, callerOf);
  addPriorityRoutes(app, callerOf);
  addAuditRoutes(app, callerOf);
  addHostRoutes(app, callerOf);
}
