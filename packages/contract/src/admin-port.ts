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
/** Takes the input of the procedure, where it has one, and gives its output. */
type MethodOf<Name extends Action> = Procedures[Name] extends { input: z.ZodType }
  ? (requestContext: RequestContext, input: InputOf<Name>) => Promise<OutputOf<Name>>
  : (requestContext: RequestContext) => Promise<OutputOf<Name>>;

/** Of a procedure for which the router does more than to pass input and output on. */
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
  /** Of one's own. Ends every other session of the user than `sessionId`. */
  changePassword(
    requestContext: RequestContext,
    input: InputOf<'changePassword'> & { readonly sessionId: string | null },
  ): Promise<void>;
  /** Waits up to `waitMs` for the proof; `signal` ends the wait early. */
  cancelJob(
    requestContext: RequestContext,
    input: InputOf<'cancelJob'> & { readonly signal?: AbortSignal | undefined },
  ): Promise<OutputOf<'cancelJob'>>;
  /** Waits up to `waitMs` for the host's check, like cancelJob. */
  checkHost(
    requestContext: RequestContext,
    input: InputOf<'checkHost'> & { readonly signal?: AbortSignal | undefined },
  ): Promise<OutputOf<'checkHost'>>;
  revokeSession(requestContext: RequestContext, input: InputOf<'revokeSession'>): Promise<void>;
  deleteWebhook(requestContext: RequestContext, input: InputOf<'deleteWebhook'>): Promise<void>;
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
};

/**
 * What the router needs from the server: a method for each procedure. Each completes one action, or
 * it throws a refusal (errors.ts) and changes nothing. The router has checked access before it
 * calls a method.
 */
export type AdminPort = SpecialMethods & {
  [Name in Exclude<Action, keyof SpecialMethods>]: MethodOf<Name>;
} & {
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
