/*
 * The routes of /api: each says what it takes, what it answers and how it can fail. A route gives
 * the request to the procedure of the same name as it came. It decides only the status and the
 * sentence of the answer.
 */
import { type ContextOf, makeCallerOf } from './caller-of.ts';
import type { RestApp } from './rest-app.ts';
import { addAuditRoutes } from './routes/audit.ts';
import { addCancelRoute } from './routes/cancel-job.ts';
import { addHostRoutes } from './routes/hosts.ts';
import { addJobRoutes } from './routes/jobs.ts';
import { addSessionRoutes } from './routes/session.ts';
import { addPriorityRoute } from './routes/set-priority.ts';

export function addRoutes(app: RestApp, contextOf: ContextOf): void {
  const callerOf = makeCallerOf(contextOf);
  addSessionRoutes(app, callerOf);
  addJobRoutes(app, callerOf);
  addCancelRoute(app, callerOf);
  addPriorityRoute(app, callerOf);
  addAuditRoutes(app, callerOf);
  addHostRoutes(app, callerOf);
}
