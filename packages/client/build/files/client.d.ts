/*
 * The types of @renderdeck/client that are written by hand. `build:client` adds the types of all
 * calls, which it makes from the schemas of the API. A test compares both with the source.
 */

/** The address of the API, and how to sign in there. */
export interface ClientOptions {
  /** The address of the API, such as http://127.0.0.1:4000. */
  readonly url: string;
  /** The secret of an API token. */
  readonly token?: string | undefined;
  /** The cookie header of a session that is already open. */
  readonly cookie?: string | undefined;
  /** `socket`: queries and mutations use the WebSocket, too. Default: HTTP. */
  readonly callsOver?: 'http' | 'socket';
  /** How many milliseconds to wait before a lost WebSocket is opened again. */
  readonly retryDelayMs?: (attempt: number) => number;
}

export interface Client {
  readonly api: Api;
  /** Opens a session and keeps its cookie. Throws the refusal of the API. */
  readonly signIn: (username: string, password: string) => Promise<void>;
  readonly signOut: () => Promise<void>;
  /** The cookie header of the session; null if no session is open. */
  readonly cookie: () => string | null;
  /** Closes the WebSocket and ends its streams. */
  readonly close: () => Promise<void>;
}

/**
 * A client of the API at `url`. The WebSocket opens with the first stream and uses the credentials
 * that the client has then. When it is lost, each stream resumes after the last event that it got.
 */
export declare function createClient(options: ClientOptions): Client;

/** A call that changes nothing. */
export interface Query<Input, Output> {
  readonly query: (input: Input) => Promise<Output>;
}

/** A call that may change something. */
export interface Mutation<Input, Output> {
  readonly mutate: (input: Input) => Promise<Output>;
}

export interface Stream<Input, Event> {
  readonly subscribe: (
    input: Input,
    handlers: {
      readonly onData?: (event: Event) => void;
      readonly onError?: (error: unknown) => void;
      /** The server has ended the stream, for example because it shuts down. */
      readonly onComplete?: () => void;
    },
  ) => { unsubscribe(): void };
}

/** An event of a stream. `id` is the cursor after which a stream resumes. */
export interface Tracked<Data> {
  readonly id: string;
  readonly data: Data;
}

export type JobEvent = Tracked<JobChangeEvent>;

/** Waits until the job has ended, however it ends; after the time limit returns it as it is. */
export declare function untilEnded(api: Api, id: string, withinMs?: number | null): Promise<Job>;

/**
 * Waits until the job is as wanted; after the time limit it returns the job as it is. Null: no time
 * limit.
 */
export declare function untilJob(
  api: Api,
  id: string,
  isWanted: (job: Job) => boolean,
  withinMs?: number | null,
): Promise<Job>;

/**
 * The changes of all jobs, without an end. After a lost connection or a restart of the API the
 * stream resumes where it was. `after`: the `id` of an earlier event; every change since then comes
 * first.
 */
export declare function followJobs(
  api: Api,
  options?: { readonly after?: string | null },
): AsyncGenerator<JobEvent, void, undefined>;

/**
 * The log of a job: that of its newest attempt from the first line, then of each next attempt,
 * until the job has ended. Waits for the first attempt.
 */
export declare function followLog(api: Api, id: string): AsyncGenerator<LogChunk, void, undefined>;

/**
 * The log of one attempt until the attempt is over, also after a restart of the API. `after` is the
 * seq of the last chunk that is known already.
 */
export declare function followAttemptLog(
  api: Api,
  of: { id: string; attempt: number; after?: number },
): AsyncGenerator<LogChunk, void, undefined>;

/** The attempt after this one, once it has begun. Null when the job ended without another one. */
export declare function nextAttempt(api: Api, id: string, shown: number): Promise<number | null>;

/** An error as the API gives it. Decide by `code`, whose meaning never changes. */
export interface Problem {
  readonly code: ErrorCode;
  readonly status: number;
  /** A sentence that helps a person to act. */
  readonly detail: string;
  /** The facts, such as the field, the version, or who changed it. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Why a call has no result: the API refused it, another program answered, or nothing answered. */
export type CallFailure =
  | { readonly kind: 'refused'; readonly problem: Problem }
  | { readonly kind: 'notRenderdeck' }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** Reads the error of a call; null if the error does not come from a call. */
export declare function callFailureOf(error: unknown): CallFailure | null;

/**
 * Whether a failed call may still have changed something: it got no answer, or the answer of a
 * server that does not know the outcome.
 */
export declare function mayBeDone(error: unknown): boolean;

/** Why the API refused; null if nothing answered, or if the answer is not from the API. */
export declare function problemOf(error: unknown): Problem | null;
