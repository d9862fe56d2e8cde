import type {
  Action,
  Actor,
  RequestContext as AnyRequestContext,
  AuditAction,
} from '@renderdeck/domain';
import type { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import type { WireHost } from './procedures/hosts/list-hosts.ts';
import type { PROCEDURES } from './procedures/index.ts';
import type { WireLogChunk } from './procedures/jobs/get-attempt-log.ts';
import type { JobChangeEvent } from './procedures/jobs/on-job-change.ts';

/** The actor, the channel and the address of a request. The audit log records them. */
export type RequestContext = AnyRequestContext<'trpc' | 'rest'>;

/** An action that was refused. It does not contain the input, because the input may be secret. */
export type RefusedAction = {
  readonly action: AuditAction;
  readonly code: ErrorCode;
  readonly jobId: string | null;
};

/** The signal aborts when the client is gone or when its session has ended. */
export type StreamInput = { readonly signal: AbortSignal; readonly lastEventId: string | null };

type Procedures = typeof PROCEDURES;
type InputOf<Name extends Action> = Procedures[Name] extends {
  input: infer Input extends z.ZodType;
}
  ? z.output<Input>
  : undefined;
type OutputOf<Name extends Action> = Procedures[Name] extends {
  output: infer Output extends z.ZodType;
}
  ? z.input<Output>
  : undefined;
/** A method that takes the input of its procedure, if there is one, and gives the output. */
type MethodOf<Name extends Action> = Procedures[Name] extends { input: z.ZodType }
  ? (requestContext: RequestContext, input: InputOf<Name>) => Promise<OutputOf<Name>>
  : (requestContext: RequestContext) => Promise<OutputOf<Name>>;

/** The methods of procedures for which the router does more than pass input and output on. */
type SpecialMethods = {
  login(
    requestContext: RequestContext,
    input: InputOf<'login'>,
  ): Promise<OutputOf<'login'> & { sessionId: string; expiresAt: string }>;
  logout(
    requestContext: RequestContext,
    input: { readonly sessionId: string | null },
  ): Promise<void>;
  me(
    requestContext: RequestContext,
    input: { readonly sessionId: string | null },
  ): Promise<OutputOf<'me'>>;
  /** Changes the user's own password. Ends every session of the user except `sessionId`. */
  changePassword(
    requestContext: RequestContext,
    input: InputOf<'changePassword'> & { readonly sessionId: string | null },
  ): Promise<void>;
  /** Waits up to `waitMs` for the proof. `signal` ends the wait early. */
  cancelJob(
    requestContext: RequestContext,
    input: InputOf<'cancelJob'> & { readonly signal?: AbortSignal | undefined },
  ): Promise<OutputOf<'cancelJob'>>;
  /** Waits up to `waitMs` for the host's check. `signal` ends the wait early. */
  checkHost(
    requestContext: RequestContext,
    input: InputOf<'checkHost'> & { readonly signal?: AbortSignal | undefined },
  ): Promise<OutputOf<'checkHost'>>;
  /** A link counts for the session, or for the token if there is no session. */
  getOutputLink(
    requestContext: RequestContext,
    input: InputOf<'getOutputLink'> & { readonly sessionId: string | null },
  ): Promise<OutputOf<'getOutputLink'>>;
  getOutputFile(
    requestContext: RequestContext,
    input: InputOf<'getOutputFile'> & { readonly sessionId: string | null },
  ): Promise<OutputOf<'getOutputFile'>>;
  revokeSession(requestContext: RequestContext, input: InputOf<'revokeSession'>): Promise<void>;
  deleteWebhook(requestContext: RequestContext, input: InputOf<'deleteWebhook'>): Promise<void>;
  onJobChange(
    requestContext: RequestContext,
    input: StreamInput,
  ): AsyncIterable<{ cursor: string; event: JobChangeEvent }>;
  /** With `attempt`, the stream ends when that attempt has ended. */
  onAttemptLog(
    requestContext: RequestContext,
    input: StreamInput & { readonly id: string; readonly attempt: number | null },
  ): AsyncIterable<WireLogChunk>;
  onHostChange(requestContext: RequestContext, input: StreamInput): AsyncIterable<WireHost>;
};

/** An open file of an output. */
export type OpenOutput = {
  readonly bytes: number;
  /** Another file, or other bytes, have another one. */
  readonly etag: string;
  readonly modifiedAt: Date;
  /** The bytes from the first to the last, including both. `cut` ends the reading. */
  read(first: number, last: number, cut: AbortSignal): AsyncIterable<Uint8Array>;
  /** May be called more than once. */
  close(): Promise<void>;
};

/**
 * The methods that the router calls on the server, one for each procedure. A method completes its
 * action, or it throws a refusal (errors.ts) and changes nothing. The router has checked access
 * before it calls a method.
 */
export type AdminPort = SpecialMethods & {
  [Name in Exclude<Action, keyof SpecialMethods>]: MethodOf<Name>;
} & {
  /**
   * Writes the audit line of a refused action. After too many refusals it only counts the refusal.
   */
  recordRefusal(requestContext: RequestContext, refused: RefusedAction): Promise<void>;
  /**
   * The id of the job that has this uid. Null if the uid was neither chosen nor taken over: it may
   * be the id of a job.
   */
  findJobOfUid(uid: string): Promise<string | null>;
  /** Opens the file of an output, for reading only. Throws `output_not_here`. */
  openOutput(file: OutputOf<'getOutputFile'>): Promise<OpenOutput>;
};

/** The context of a procedure: one request, or one WebSocket while it is open. */
export type ApiContext = {
  readonly port: AdminPort;
  readonly request: Omit<RequestContext, 'actor'>;
  /**
   * Gives the actor of this call. After the end of its session the actor is anonymous. Open streams
   * call it with `quietly`, so that the call does not count as use of the session.
   */
  authenticate(
    quietly?: boolean,
  ): Promise<{ readonly actor: Actor; readonly sessionId: string | null }>;
  /**
   * Calls the listener when the access of any user or token changes. Gives a function that
   * unsubscribes.
   */
  readonly onAccessChange?: ((listener: () => void) => () => void) | undefined;
  /**
   * Called before the answer to a write, and before the answer to an action that the access table
   * refused. Such an action may have added an audit line.
   */
  readonly afterAudited?: ((action: Action, isDone: boolean) => void) | undefined;
  /**
   * Takes one of the streams that the actor may have, or throws. Gives a function that releases it.
   */
  readonly takeStream?: ((actor: Actor) => () => void) | undefined;
  /**
   * Translates an error that only the server knows into the error for the client. `hasBegun`: the
   * error ended a write that had begun, so the write may be done.
   */
  readonly translateError?: ((error: unknown, hasBegun?: boolean) => unknown) | undefined;
  /** Sets the session cookie of the browser. Null for a channel without cookies. */
  readonly cookie: {
    set(sessionId: string, expiresAt: string): Promise<void>;
    clear(): Promise<void>;
  } | null;
  /**
   * Resolves when the connection can send more or is gone. A stream calls it after each event.
   * Unset if the connection itself slows the stream down.
   */
  readonly waitForDrain?: (() => Promise<void>) | undefined;
};
