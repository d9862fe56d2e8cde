import { PRIORITY } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import {
  countRefusals,
  type RefusalCounter,
  SESSION_LIFE,
  type SessionLife,
} from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import type { LiveFeeds } from '../live/live-feeds.ts';
import { accountsPort } from './accounts.ts';
import { adminContext } from './admin-context.ts';
import { auditPort } from './audit.ts';
import type { JobRules } from './check-submitted-job.ts';
import { hostsPort } from './hosts.ts';
import { jobChangesPort } from './job-changes.ts';
import { jobReadsPort } from './job-reads.ts';
import { sessionsPort } from './sessions.ts';
import { streamsPort } from './streams.ts';

const LEFT_TO_THE_HOST: JobRules = {
  assetRoots: [],
  outputRoots: [],
  actions: [],
  scripts: true,
  addresses: { refused: [], allowed: [] },
};

export type AdminPortOptions = {
  readonly db: Database;
  readonly live: LiveFeeds;
  readonly jobRules?: JobRules | undefined;
  readonly submitPriorityMax?: number | undefined;
  readonly refusals?: RefusalCounter;
  readonly sessionLife?: SessionLife | undefined;
};

/**
 * The contract's AdminPort over the operations. Its parts translate inputs, outcomes and times;
 * they decide nothing.
 */
export function bindAdminPort({
  db,
  live,
  jobRules = LEFT_TO_THE_HOST,
  submitPriorityMax = PRIORITY.default,
  refusals = countRefusals(db, () => undefined),
  sessionLife = SESSION_LIFE,
}: AdminPortOptions): AdminPort {
  return {
    ...jobReadsPort(db),
    ...jobChangesPort(db, live, { jobRules, submitPriorityMax }),
    ...hostsPort(db, live),
    ...streamsPort(db, live),
    ...auditPort(db),
    ...sessionsPort(db, sessionLife),
    ...accountsPort(db),
    recordRefusal: (requestContext, refusal) =>
      refusals.record(adminContext(db, requestContext), refusal),
  };
}
