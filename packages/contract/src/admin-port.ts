import type {
  Action,
  Actor,
  RequestContext as AnyRequestContext,
  AuditAction,
} from '@renderdeck/domain';
import type { z } from 'zod';
import type {
  CreateTokenInput,
  CreateUserInput,
  RevokeSessionInput,
  RevokeTokenInput,
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
export type RequestContext = AnyRequestContext<'trpc' | 'rest'>;

/** An act that was refused, as far as it may be told: never the input itself. */
export type RefusedAction = {
  readonly action: AuditAction;
  readonly code: ErrorCode;
  readonly jobId: string | null;
};

/** Where a stream is cut: the client went away, or its session ended. */
export type StreamInput = { readonly signal: AbortSignal; readonly lastEventId: string | null };

/**
 * What the router asks of the server. Each method does one act wholly or throws a refusal
 * (errors.ts) and changes nothing; who may call it has been decided before.
 */
export type AdminPort = {
  login(
    requestContext: RequestContext,
    input: LoginInput,
  ): Promise<z.infer<typeof loginOutput> & { sessionId: string; expiresAt: string }>;
  logout(
    requestContext: RequestContext,
    input: { readonly sessionId: string | null },
  ): Promise<void>;
  me(requestContext: RequestContext): Promise<MeOutput>;

  listJobs(requestContext: RequestContext, input: ListJobsInput): Promise<ListJobsOutput>;
  getJob(requestContext: RequestContext, input: GetJobInput): Promise<GetJobOutput>;
  previewPriority(
    requestContext: RequestContext,
    input: PreviewPriorityInput,
  ): Promise<PreviewPriorityOutput>;
  listHosts(requestContext: RequestContext): Promise<ListHostsOutput>;
  listAudit(requestContext: RequestContext, input: ListAuditInput): Promise<ListAuditOutput>;
  verifyAudit(requestContext: RequestContext, input: VerifyAuditInput): Promise<VerifyAuditOutput>;
  getAttemptLog(
    requestContext: RequestContext,
    input: GetAttemptLogInput,
  ): Promise<GetAttemptLogOutput>;

  submitJob(requestContext: RequestContext, input: SubmitJobInput): Promise<SubmitJobOutput>;
  cancelJob(
    requestContext: RequestContext,
    input: CancelJobInput & { readonly signal?: AbortSignal | undefined },
  ): Promise<CancelJobOutput>;
  setPriority(requestContext: RequestContext, input: SetPriorityInput): Promise<SetPriorityOutput>;

  onJobChange(
    requestContext: RequestContext,
    input: StreamInput,
  ): AsyncIterable<{ cursor: string; event: JobChangeEvent }>;
  onAttemptLog(
    requestContext: RequestContext,
    input: StreamInput & { readonly id: string },
  ): AsyncIterable<WireLogChunk>;
  onHostChange(requestContext: RequestContext, input: StreamInput): AsyncIterable<WireHost>;

  listUsers(requestContext: RequestContext): Promise<{ users: WireAccount[] }>;
  createUser(
    requestContext: RequestContext,
    input: CreateUserInput,
  ): Promise<{ user: WireAccount }>;
  updateUser(
    requestContext: RequestContext,
    input: UpdateUserInput,
  ): Promise<{ user: WireAccount }>;
  listTokens(requestContext: RequestContext): Promise<{ tokens: WireToken[] }>;
  createToken(
    requestContext: RequestContext,
    input: CreateTokenInput,
  ): Promise<{ token: WireToken; secret: string }>;
  revokeToken(
    requestContext: RequestContext,
    input: RevokeTokenInput,
  ): Promise<{ token: WireToken }>;
  listSessions(requestContext: RequestContext): Promise<{ sessions: WireSession[] }>;
  revokeSession(requestContext: RequestContext, input: RevokeSessionInput): Promise<void>;

  /**
   * Writes the audit line of an act that was refused, or counts it where the requestContext was
   * refused too often.
   */
  recordRefusal(requestContext: RequestContext, refused: RefusedAction): Promise<void>;
};

/** What a procedure runs in: one request, or one WebSocket for as long as it is open. */
export type ApiContext = {
  readonly port: AdminPort;
  readonly request: Omit<RequestContext, 'actor'>;
  /**
   * Tells who asks. Called at every call, and `quietly` by open streams: a session that is over
   * meanwhile gives an anonymous actor. A quiet call does not count as use of the session.
   */
  authenticate(
    quietly?: boolean,
  ): Promise<{ readonly actor: Actor; readonly sessionId: string | null }>;
  /** Calls the listener when anybody's access changed. Gives the way to unsubscribe. */
  readonly onAccessChange?: ((listener: () => void) => () => void) | undefined;
  /**
   * Called before the answer to a write, done or not, and to a read that the table refused: each
   * may have left an audit line.
   */
  readonly afterAudited?: ((action: Action, isDone: boolean) => void) | undefined;
  /** Takes one of the actor's streams or refuses it. Gives the way to release it. */
  readonly takeStream?: ((actor: Actor) => () => void) | undefined;
  /** Gives the error that a client is told in place of one that only the server knows. */
  readonly translateError?: ((error: unknown) => unknown) | undefined;
  /** Hands the browser its cookie. Null over a channel that cannot carry one. */
  readonly cookie: {
    set(sessionId: string, expiresAt: string): Promise<void>;
    clear(): Promise<void>;
  } | null;
  /**
   * Resolves when the connection has room for more, or is gone. A stream calls it after each event.
   * Unset where the connection itself holds a stream up.
   */
  readonly waitForDrain?: (() => Promise<void>) | undefined;
};
