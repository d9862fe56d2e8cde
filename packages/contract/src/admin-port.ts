import type {
  Action,
  Actor,
  RequestContext as AnyRequestContext,
  AuditAction,
} from '@renderdeck/domain';
import type { z } from 'zod';
import type { WireAccount } from './access/account.ts';
import type { WireToken } from './access/token.ts';
import type { ErrorCode } from './errors.ts';
import type { CreateTokenInput } from './procedures/access/create-token.ts';
import type { CreateUserInput } from './procedures/access/create-user.ts';
import type { WireSession } from './procedures/access/list-sessions.ts';
import type { RevokeSessionInput } from './procedures/access/revoke-session.ts';
import type { RevokeTokenInput } from './procedures/access/revoke-token.ts';
import type { UpdateUserInput } from './procedures/access/update-user.ts';
import type { ListAuditInput, ListAuditOutput } from './procedures/audit/list-audit.ts';
import type { VerifyAuditInput, VerifyAuditOutput } from './procedures/audit/verify-audit.ts';
import type { CheckHostInput, CheckHostOutput } from './procedures/hosts/check-host.ts';
import type {
  DeclareHostGoneInput,
  DeclareHostGoneOutput,
} from './procedures/hosts/declare-host-gone.ts';
import type { ListHostsOutput, WireHost } from './procedures/hosts/list-hosts.ts';
import type { ReleaseHostInput, ReleaseHostOutput } from './procedures/hosts/release-host.ts';
import type { CancelJobInput, CancelJobOutput } from './procedures/jobs/cancel-job.ts';
import type {
  GetAttemptLogInput,
  GetAttemptLogOutput,
  WireLogChunk,
} from './procedures/jobs/get-attempt-log.ts';
import type {
  GetAttemptUsageInput,
  GetAttemptUsageOutput,
} from './procedures/jobs/get-attempt-usage.ts';
import type { GetJobInput, GetJobOutput } from './procedures/jobs/get-job.ts';
import type { GetLogTextInput, GetLogTextOutput } from './procedures/jobs/get-log-text.ts';
import type { GetReceiptInput, GetReceiptOutput } from './procedures/jobs/get-receipt.ts';
import type {
  ListJobChangesInput,
  ListJobChangesOutput,
} from './procedures/jobs/list-job-changes.ts';
import type { ListJobsInput, ListJobsOutput } from './procedures/jobs/list-jobs.ts';
import type { ListReasonsOutput } from './procedures/jobs/list-reasons.ts';
import type { JobChangeEvent } from './procedures/jobs/on-job-change.ts';
import type {
  PreviewPriorityInput,
  PreviewPriorityOutput,
} from './procedures/jobs/preview-priority.ts';
import type { PreviewSubmitInput, PreviewSubmitOutput } from './procedures/jobs/preview-submit.ts';
import type { ResubmitJobInput } from './procedures/jobs/resubmit-job.ts';
import type { SetPriorityInput, SetPriorityOutput } from './procedures/jobs/set-priority.ts';
import type { SubmitJobInput, SubmitJobOutput } from './procedures/jobs/submit-job.ts';
import type { GetMeasuresInput, GetMeasuresOutput } from './procedures/measures/get-measures.ts';
import type { ChangePasswordInput } from './procedures/session/change-password.ts';
import type { LoginInput, loginOutput } from './procedures/session/login.ts';
import type { MeOutput } from './procedures/session/me.ts';
import type {
  CreateWebhookInput,
  CreateWebhookOutput,
} from './procedures/webhooks/create-webhook.ts';
import type { DeleteWebhookInput } from './procedures/webhooks/delete-webhook.ts';
import type {
  ListDeliveriesInput,
  ListDeliveriesOutput,
} from './procedures/webhooks/list-deliveries.ts';
import type { ListWebhooksOutput } from './procedures/webhooks/list-webhooks.ts';
import type { RedeliverInput, RedeliverOutput } from './procedures/webhooks/redeliver.ts';
import type { TestWebhookInput, TestWebhookOutput } from './procedures/webhooks/test-webhook.ts';
import type {
  UpdateWebhookInput,
  UpdateWebhookOutput,
} from './procedures/webhooks/update-webhook.ts';

/** The actor, the channel and the address of a request. The audit records them. */
export type RequestContext = AnyRequestContext<'trpc' | 'rest'>;

/** A refused action. It never holds the input, which may be secret. */
export type RefusedAction = {
  readonly action: AuditAction;
  readonly code: ErrorCode;
  readonly jobId: string | null;
};

/** The signal aborts when the client is gone or its session has ended. */
export type StreamInput = { readonly signal: AbortSignal; readonly lastEventId: string | null };

/**
 * What the router needs from the server. Each method completes one action, or it throws a refusal
 * (errors.ts) and changes nothing. The router has checked access before it calls a method.
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
  me(
    requestContext: RequestContext,
    input: { readonly sessionId: string | null },
  ): Promise<MeOutput>;
  /** Of one's own. Ends every other session of the user than `sessionId`. */
  changePassword(
    requestContext: RequestContext,
    input: ChangePasswordInput & { readonly sessionId: string | null },
  ): Promise<void>;

  listJobs(requestContext: RequestContext, input: ListJobsInput): Promise<ListJobsOutput>;
  getJob(requestContext: RequestContext, input: GetJobInput): Promise<GetJobOutput>;
  listJobChanges(
    requestContext: RequestContext,
    input: ListJobChangesInput,
  ): Promise<ListJobChangesOutput>;
  getReceipt(requestContext: RequestContext, input: GetReceiptInput): Promise<GetReceiptOutput>;
  listReasons(requestContext: RequestContext): Promise<ListReasonsOutput>;
  previewPriority(
    requestContext: RequestContext,
    input: PreviewPriorityInput,
  ): Promise<PreviewPriorityOutput>;
  previewSubmit(
    requestContext: RequestContext,
    input: PreviewSubmitInput,
  ): Promise<PreviewSubmitOutput>;
  listHosts(requestContext: RequestContext): Promise<ListHostsOutput>;
  getMeasures(requestContext: RequestContext, input: GetMeasuresInput): Promise<GetMeasuresOutput>;
  listAudit(requestContext: RequestContext, input: ListAuditInput): Promise<ListAuditOutput>;
  verifyAudit(requestContext: RequestContext, input: VerifyAuditInput): Promise<VerifyAuditOutput>;
  getAttemptLog(
    requestContext: RequestContext,
    input: GetAttemptLogInput,
  ): Promise<GetAttemptLogOutput>;
  getLogText(requestContext: RequestContext, input: GetLogTextInput): Promise<GetLogTextOutput>;
  getAttemptUsage(
    requestContext: RequestContext,
    input: GetAttemptUsageInput,
  ): Promise<GetAttemptUsageOutput>;

  submitJob(requestContext: RequestContext, input: SubmitJobInput): Promise<SubmitJobOutput>;
  resubmitJob(requestContext: RequestContext, input: ResubmitJobInput): Promise<SubmitJobOutput>;
  cancelJob(
    requestContext: RequestContext,
    input: CancelJobInput & { readonly signal?: AbortSignal | undefined },
  ): Promise<CancelJobOutput>;
  setPriority(requestContext: RequestContext, input: SetPriorityInput): Promise<SetPriorityOutput>;

  releaseHost(requestContext: RequestContext, input: ReleaseHostInput): Promise<ReleaseHostOutput>;
  /** Waits up to `waitMs` for the host's check, like cancelJob; `signal` ends the wait early. */
  checkHost(
    requestContext: RequestContext,
    input: CheckHostInput & { readonly signal?: AbortSignal | undefined },
  ): Promise<CheckHostOutput>;
  declareHostGone(
    requestContext: RequestContext,
    input: DeclareHostGoneInput,
  ): Promise<DeclareHostGoneOutput>;

  onJobChange(
    requestContext: RequestContext,
    input: StreamInput,
  ): AsyncIterable<{ cursor: string; event: JobChangeEvent }>;
  /** With `attempt` it ends when that attempt is over. */
  onAttemptLog(
    requestContext: RequestContext,
    input: StreamInput & { readonly id: string; readonly attempt: number | null },
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

  listWebhooks(requestContext: RequestContext): Promise<ListWebhooksOutput>;
  createWebhook(
    requestContext: RequestContext,
    input: CreateWebhookInput,
  ): Promise<CreateWebhookOutput>;
  updateWebhook(
    requestContext: RequestContext,
    input: UpdateWebhookInput,
  ): Promise<UpdateWebhookOutput>;
  deleteWebhook(requestContext: RequestContext, input: DeleteWebhookInput): Promise<void>;
  /** Sends a test message, and waits for the answer, ten seconds at most. */
  testWebhook(requestContext: RequestContext, input: TestWebhookInput): Promise<TestWebhookOutput>;
  listDeliveries(
    requestContext: RequestContext,
    input: ListDeliveriesInput,
  ): Promise<ListDeliveriesOutput>;
  redeliver(requestContext: RequestContext, input: RedeliverInput): Promise<RedeliverOutput>;

  /** Writes the audit line of a refused action. Only counts it after too many refusals. */
  recordRefusal(requestContext: RequestContext, refused: RefusedAction): Promise<void>;
};

/** The context of a procedure: one request, or one WebSocket while it is open. */
export type ApiContext = {
  readonly port: AdminPort;
  readonly request: Omit<RequestContext, 'actor'>;
  /**
   * Gives the actor of this call. A session that has ended gives an anonymous actor. Open streams
   * call it `quietly`, which does not count as use of the session.
   */
  authenticate(
    quietly?: boolean,
  ): Promise<{ readonly actor: Actor; readonly sessionId: string | null }>;
  /** Calls the listener when anybody's access changes. Gives a function that unsubscribes. */
  readonly onAccessChange?: ((listener: () => void) => () => void) | undefined;
  /**
   * Called before the answer to a write or to an action that the access table refused. Each may
   * have added an audit line.
   */
  readonly afterAudited?: ((action: Action, isDone: boolean) => void) | undefined;
  /** Takes one of the actor's streams, or throws. Gives a function that releases it. */
  readonly takeStream?: ((actor: Actor) => () => void) | undefined;
  /**
   * Gives the error for the client in place of an error that only the server knows. `hasBegun`: it
   * ended a write that had begun, so the write may be done.
   */
  readonly translateError?: ((error: unknown, hasBegun?: boolean) => unknown) | undefined;
  /** Sets the cookie of the browser. Null for a channel without cookies. */
  readonly cookie: {
    set(sessionId: string, expiresAt: string): Promise<void>;
    clear(): Promise<void>;
  } | null;
  /**
   * Resolves when the connection can send more, or is gone. A stream calls it after each event.
   * Unset when the connection slows the stream down itself.
   */
  readonly waitForDrain?: (() => Promise<void>) | undefined;
};
