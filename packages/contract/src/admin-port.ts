import type { Act, Actor, AuditAction } from '@renderdeck/domain';
import type { z } from 'zod';
import type {
  CreateTokenInput,
  CreateUserInput,
  UpdateUserInput,
  WireAccount,
  WireSession,
  WireToken,
} from './access/access.ts';
import type { ListAuditInput, ListAuditOutput } from './audit/list-audit.ts';
import type { VerifyAuditInput, VerifyAuditOutput } from './audit/verify-audit.ts';
import type { ErrorCode } from './errors.ts';
import type { ListHostsOutput, WireHost } from './hosts/list-hosts.ts';
import type { GetAttemptLogInput, GetAttemptLogOutput, WireLogChunk } from './jobs/attempt-log.ts';
import type { CancelJobInput, CancelJobOutput } from './jobs/cancel-job.ts';
import type { GetJobInput, GetJobOutput } from './jobs/get-job.ts';
import type { JobChangeEvent } from './jobs/job-change.ts';
import type { ListJobsInput, ListJobsOutput } from './jobs/list-jobs.ts';
import type {
  PreviewPriorityInput,
  PreviewPriorityOutput,
  SetPriorityInput,
  SetPriorityOutput,
} from './jobs/set-priority.ts';
import type { SubmitJobInput, SubmitJobOutput } from './jobs/submit-job.ts';
import type { LoginInput, loginOutput, MeOutput } from './session/session.ts';

/** Who asks, over which channel, from where: what every act is recorded with. */
export type Asker = {
  readonly actor: Actor;
  readonly channel: 'trpc' | 'rest';
  readonly address: string | null;
  readonly requestId: string | null;
};

/** An act that was refused, as far as it may be told: never the input itself. */
export type RefusedAct = {
  readonly action: AuditAction;
  readonly code: ErrorCode;
  readonly jobId: string | null;
};

/** Where a stream is cut: the client went away, or its session ended. */
export type StreamOptions = { readonly signal: AbortSignal; readonly lastEventId: string | null };

/**
 * What the router asks of the server. Each method does one act wholly or throws a refusal (errors.ts) and changes nothing; who may call
 * it has been decided before.
 */
export type AdminPort = {
  login(
    asker: Asker,
    input: LoginInput,
  ): Promise<z.infer<typeof loginOutput> & { sessionId: string; expiresAt: string }>;
  logout(asker: Asker, sessionId: string | null): Promise<void>;
  me(asker: Asker): Promise<MeOutput>;

  listJobs(asker: Asker, input: ListJobsInput): Promise<ListJobsOutput>;
  getJob(asker: Asker, input: GetJobInput): Promise<GetJobOutput>;
  previewPriority(asker: Asker, input: PreviewPriorityInput): Promise<PreviewPriorityOutput>;
  listHosts(asker: Asker): Promise<ListHostsOutput>;
  listAudit(asker: Asker, input: ListAuditInput): Promise<ListAuditOutput>;
  verifyAudit(asker: Asker, input: VerifyAuditInput): Promise<VerifyAuditOutput>;
  getAttemptLog(asker: Asker, input: GetAttemptLogInput): Promise<GetAttemptLogOutput>;

  submitJob(asker: Asker, input: SubmitJobInput): Promise<SubmitJobOutput>;
  cancelJob(
    asker: Asker,
    input: CancelJobInput,
    signal: AbortSignal | undefined,
  ): Promise<CancelJobOutput>;
  setPriority(asker: Asker, input: SetPriorityInput): Promise<SetPriorityOutput>;

  onJobChange(
    asker: Asker,
    options: StreamOptions,
  ): AsyncIterable<{ cursor: string; event: JobChangeEvent }>;
  onAttemptLog(asker: Asker, jobId: string, options: StreamOptions): AsyncIterable<WireLogChunk>;
  onHostChange(asker: Asker, options: StreamOptions): AsyncIterable<WireHost>;

  listUsers(asker: Asker): Promise<{ users: WireAccount[] }>;
  createUser(asker: Asker, input: CreateUserInput): Promise<{ user: WireAccount }>;
  updateUser(asker: Asker, input: UpdateUserInput): Promise<{ user: WireAccount }>;
  listTokens(asker: Asker): Promise<{ tokens: WireToken[] }>;
  createToken(asker: Asker, input: CreateTokenInput): Promise<{ token: WireToken; secret: string }>;
  revokeToken(asker: Asker, name: string): Promise<{ token: WireToken }>;
  listSessions(asker: Asker): Promise<{ sessions: WireSession[] }>;
  revokeSession(asker: Asker, id: string): Promise<void>;

  /** Writes the audit line of an act that was refused, or counts it where the asker was refused too often. */
  recordRefusal(asker: Asker, refused: RefusedAct): Promise<void>;
};

/**
 * One request, or one WebSocket for as long as it is open. `authenticate` is asked again at every call and, `quietly`, on a stream every few
 * seconds: a session that is over meanwhile gives a stranger. Asked quietly, the session does not count as used.
 */
export type ApiContext = {
  readonly port: AdminPort;
  readonly request: Omit<Asker, 'actor'>;
  authenticate(
    quietly?: boolean,
  ): Promise<{ readonly actor: Actor; readonly sessionId: string | null }>;
  /** Calls when anybody's access changed, so that it is asked again at once; gives the way to stop. Unset: there is only the asking every few seconds. */
  readonly onAccessChange?: ((hear: () => void) => () => void) | undefined;
  /** Hands the browser its cookie; null over a channel that cannot carry one. */
  readonly cookie: {
    set(sessionId: string, expiresAt: string): Promise<void>;
    clear(): Promise<void>;
  } | null;
  /** Resolves when the connection has room for more, or is gone: a stream asks after each event. Unset where the connection itself holds a stream up. */
  readonly room?: (() => Promise<void>) | undefined;
};

export type { Act };
