import { randomUUID } from 'node:crypto';
import { PRIORITY } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import {
  countRefusals,
  findJobOfUid,
  type RefusalCounter,
  SESSION_LIFE,
  type SessionLife,
} from '@renderdeck/operations';
import { readWebhookRules } from '@renderdeck/settings';
import type { Database } from '@renderdeck/store/connect';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { LiveFeeds } from '../live/live-feeds.ts';
import { createOutputOpener, type OutputOpener } from '../outputs/open-output.ts';
import { createLinks, type Links } from '../outputs/sign-link.ts';
import { type WebhookAddresses, webhookAddresses } from '../webhooks/webhook-addresses.ts';
import { type AccessChanges, accountsPort, mePort, sessionsPort } from './accounts.ts';
import { adminContext } from './admin-context.ts';
import { auditPort } from './audit.ts';
import type { JobRules } from './check-submitted-job.ts';
import { attemptReadsPort, historyPort } from './history.ts';
import { hostsPort } from './hosts.ts';
import { jobChangesPort } from './job-changes.ts';
import { jobReadsPort } from './job-reads.ts';
import { type HostDatabase, joinsPort } from './joins.ts';
import { outputsPort } from './outputs.ts';
import { picturesPort } from './pictures.ts';
import { streamsPort } from './streams.ts';
import { webhooksPort } from './webhooks.ts';

const LEFT_TO_THE_HOST: JobRules = {
  assetRoots: [],
  outputRoots: [],
  actions: [],
  scripts: true,
  addresses: { refused: [], allowed: [] },
};

const NEVER_CACHED: AccessChanges = { mayCache: () => false, onInvalidate: () => () => {} };

export type AdminPortOptions = {
  readonly db: Database;
  /** For actions, and for reads; `db` by default. */
  readonly actions?: Database;
  readonly reads?: Database;
  readonly live: LiveFeeds;
  readonly jobRules?: JobRules | undefined;
  readonly submitPriorityMax?: number | undefined;
  readonly jobValues?: number;
  readonly keepJobsMs?: number | undefined;
  readonly refusals?: RefusalCounter;
  readonly sessionLife?: SessionLife | undefined;
  /** Without this, no data about access is cached. */
  readonly access?: AccessChanges;
  /** The build id of the page that this server serves. */
  readonly build?: string | null;
  /** Where messages of webhooks and callbacks may go. The default allows no private network. */
  readonly webhookAddresses?: WebhookAddresses;
  /** The URL under which people open the page. */
  readonly publicUrl?: string | null;
  /** How hosts reach the database. Without this, no host can join. */
  readonly hostDatabase?: HostDatabase | null;
  /** Without these, no output is opened. */
  readonly outputs?: OutputOpener;
  readonly links?: Links;
};

/**
 * Implements the contract's AdminPort with the operations. Its parts convert inputs, results and
 * times. They contain no rules.
 */
export function bindAdminPort({
  db,
  actions = db,
  reads = db,
  live,
  jobRules = LEFT_TO_THE_HOST,
  submitPriorityMax = PRIORITY.default,
  jobValues = DEFAULT_LIMITS.jobValues,
  keepJobsMs = 0,
  refusals = countRefusals(db, () => undefined),
  sessionLife = SESSION_LIFE,
  access = NEVER_CACHED,
  build = null,
  webhookAddresses: addresses = webhookAddresses(readWebhookRules([])),
  publicUrl = null,
  hostDatabase = null,
  outputs = createOutputOpener([]),
  links = createLinks([randomUUID()]),
}: AdminPortOptions): AdminPort {
  return {
    ...jobReadsPort(reads, submitPriorityMax),
    ...attemptReadsPort(reads),
    ...historyPort(reads),
    ...picturesPort(reads),
    ...outputsPort(reads, outputs, links),
    ...jobChangesPort(actions, live, {
      ...{ addresses, jobRules, jobValues, submitPriorityMax },
    }),
    ...hostsPort(actions, live),
    ...joinsPort(actions, hostDatabase),
    ...streamsPort(db, live),
    ...auditPort(reads),
    ...sessionsPort(db, sessionLife),
    ...mePort(db, { build, keepJobsMs, access }),
    ...accountsPort(actions),
    ...webhooksPort(actions, { addresses, publicUrl }),
    findJobOfUid: (uid) => findJobOfUid(reads, uid),
    recordRefusal: (requestContext, refusal) =>
      refusals.record(adminContext(db, requestContext), refusal),
  };
}
