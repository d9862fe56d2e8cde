import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import type { LiveFeeds } from '../live/live-feeds.ts';
import type { LogStream } from '../live/log-stream.ts';
import { accessPort } from './access.ts';
import { adminContext } from './admin-context.ts';
import { auditPort } from './audit.ts';
import type { JobRules } from './check-submitted-job.ts';
import { jobsPort } from './jobs.ts';
import { streamsPort } from './streams.ts';

const LEFT_TO_THE_HOST: JobRules = { assetRoots: [], outputRoots: [], actions: [] };

/**
 * The contract's AdminPort over the use cases. Its parts translate inputs, outcomes and times, and
 * decide nothing.
 */
export function bindAdminPort(
  db: Database,
  live: LiveFeeds,
  logs: LogStream,
  jobRules: JobRules = LEFT_TO_THE_HOST,
  refusals: operations.RefusalCounter = operations.countRefusals(db, () => undefined),
  sessionLife: operations.SessionLife = operations.SESSION_LIFE,
): AdminPort {
  return {
    ...jobsPort(db, live, jobRules),
    ...streamsPort(db, live, logs),
    ...auditPort(db),
    ...accessPort(db, sessionLife),
    recordRefusal: (requestContext, refusal) =>
      refusals.record(adminContext(db, requestContext), refusal),
  };
}
