/*
 * The routes of /api: each says what it takes, what it answers and how it can fail. A route gives
 * the request to the procedure of the same name as it came. It decides only the status and the
 * sentence of the answer.
 */
import { type ContextOf, makeCallerOf } from './caller-of.ts';
import type { RestApp } from './rest-app.ts';
import { addAttemptRoutes } from './routes/attempts.ts';
import { addAuditRoutes } from './routes/audit.ts';
import { addCancelRoute } from './routes/cancel-job.ts';
import { addHistoryRoutes } from './routes/history.ts';
import { addHostRoutes } from './routes/hosts.ts';
import { addJobRoutes } from './routes/jobs.ts';
import { addMeasuresRoute } from './routes/measures.ts';
import { addPreviewSubmitRoute } from './routes/preview-submit.ts';
import { addRunAgainRoute } from './routes/run-again.ts';
import { addSessionRoutes } from './routes/session.ts';
import { addSessionListRoutes } from './routes/sessions.ts';
import { addPriorityRoutes } from './routes/set-priority.ts';
import { addTokenRoutes } from './routes/tokens.ts';
import { addUserRoutes } from './routes/users.ts';
import { addWebhookMessageRoutes } from './routes/webhook-messages.ts';
import { addWebhookRoutes } from './routes/webhooks.ts';

export function addRoutes(app: RestApp, contextOf: ContextOf): void {
  const callerOf = makeCallerOf(contextOf);
  addSessionRoutes(app, callerOf);
  addJobRoutes(app, callerOf);
  addAttemptRoutes(app, callerOf);
  addPreviewSubmitRoute(app, callerOf);
  addRunAgainRoute(app, callerOf);
  addCancelRoute(app, callerOf);
  addPriorityRoutes(app, callerOf);
  addHistoryRoutes(app, callerOf);
  addAuditRoutes(app, callerOf);
  addHostRoutes(app, callerOf);
  addUserRoutes(app, callerOf);
  addTokenRoutes(app, callerOf);
  addSessionListRoutes(app, callerOf);
  addWebhookRoutes(app, callerOf);
  addWebhookMessageRoutes(app, callerOf);
  addMeasuresRoute(app, callerOf);
}
