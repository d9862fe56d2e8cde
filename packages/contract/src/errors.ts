/* Long because: it is one table. */
import { TRPCError } from '@trpc/server';

type ErrorRow = {
  readonly status: number;
  readonly trpc: TRPCError['code'];
  readonly from: readonly string[];
  readonly sentence: string;
};

/**
 * Every error that a client can get. docs/errors.md lists the same errors.
 *
 * - `status` is the HTTP status of the error, and `trpc` is its name in tRPC.
 * - `from` lists the framework errors that become this error. `tRPC …` is an error that tRPC raises
 *   before a procedure runs. `FST_ERR_…` is a code of Fastify. `HPE_…` and `ERR_HTTP_…` are codes
 *   of Node. `HTTP …` is any other error of Fastify with that status.
 * - `sentence` is the text for people if the server has no more exact text.
 *
 * A framework error that no row lists becomes `internal`. A message that Node's parser cannot read
 * as a request becomes `invalid_request`.
 */
export const ERROR_CODES = {
  invalid_input: {
    status: 400,
    trpc: 'BAD_REQUEST',
    from: ['tRPC BAD_REQUEST', 'HTTP 400'],
    sentence: 'The input does not fit; correct the named fields and send it again.',
  },
  invalid_json: {
    status: 400,
    trpc: 'PARSE_ERROR',
    from: ['tRPC PARSE_ERROR', 'FST_ERR_CTP_INVALID_JSON_BODY', 'FST_ERR_CTP_EMPTY_JSON_BODY'],
    sentence: 'The body is not valid JSON; correct it and send it again.',
  },
  invalid_request: {
    status: 400,
    trpc: 'BAD_REQUEST',
    from: [],
    sentence: 'This is no HTTP request; send one.',
  },
  job_refused: {
    status: 400,
    trpc: 'BAD_REQUEST',
    from: [],
    sentence: 'The nexrender job asks for something this farm does not allow.',
  },
  address_refused: {
    status: 400,
    trpc: 'BAD_REQUEST',
    from: [],
    sentence: 'Messages may not go to this address; RENDERDECK_WEBHOOK_NETWORKS can allow it.',
  },
  unauthenticated: {
    status: 401,
    trpc: 'UNAUTHORIZED',
    from: ['HTTP 401'],
    sentence: 'No valid session or token; sign in and try again.',
  },
  wrong_credentials: {
    status: 401,
    trpc: 'UNAUTHORIZED',
    from: [],
    sentence: 'Name or password is wrong.',
  },
  wrong_password: {
    status: 403,
    trpc: 'FORBIDDEN',
    from: [],
    sentence: 'The present password is wrong; nothing was changed.',
  },
  forbidden: {
    status: 403,
    trpc: 'FORBIDDEN',
    from: ['HTTP 403'],
    sentence: 'Your role does not allow this; ask an admin.',
  },
  priority_too_high: {
    status: 403,
    trpc: 'FORBIDDEN',
    from: [],
    sentence: 'Your role may not submit with this priority; submit with less, or ask an admin.',
  },
  not_your_job: {
    status: 403,
    trpc: 'FORBIDDEN',
    from: [],
    sentence: 'You may run only your own jobs again; ask an admin.',
  },
  cross_site: {
    status: 403,
    trpc: 'FORBIDDEN',
    from: [],
    sentence: 'The request came from another site; use the page that Renderdeck serves.',
  },
  job_not_found: {
    status: 404,
    trpc: 'NOT_FOUND',
    from: [],
    sentence: 'No job has this id; look it up in the list of jobs.',
  },
  attempt_not_found: {
    status: 404,
    trpc: 'NOT_FOUND',
    from: [],
    sentence: 'The job has no attempt with this number; look it up in the job.',
  },
  picture_not_found: {
    status: 404,
    trpc: 'NOT_FOUND',
    from: [],
    sentence: 'The attempt has no such picture; an older one may have given way to a newer one.',
  },
  output_not_found: {
    status: 404,
    trpc: 'NOT_FOUND',
    from: [],
    sentence: 'The attempt has no such output; look it up in the job.',
  },
  output_not_here: {
    status: 404,
    trpc: 'NOT_FOUND',
    from: [],
    sentence: 'This server cannot open the output; copy its path.',
  },
  output_link_over: {
    status: 403,
    trpc: 'FORBIDDEN',
    from: [],
    sentence: 'The link is over, or was made for another session; open it from the job again.',
  },
  log_deleted: {
    status: 404,
    trpc: 'NOT_FOUND',
    from: [],
    sentence: 'The log was kept long enough and is deleted.',
  },
  receipt_not_found: {
    status: 404,
    trpc: 'NOT_FOUND',
    from: [],
    sentence: 'No receipt has this number; its job may have been deleted.',
  },
  host_not_found: {
    status: 404,
    trpc: 'NOT_FOUND',
    from: [],
    sentence: 'No host has this name; look it up in the list of hosts.',
  },
  invitation_not_found: {
    status: 404,
    trpc: 'NOT_FOUND',
    from: [],
    sentence: 'No invitation has this token; ask an admin for a new one.',
  },
  host_login_not_found: {
    status: 404,
    trpc: 'NOT_FOUND',
    from: [],
    sentence: 'The host has no login of its own; list the hosts to see their logins.',
  },
  not_found: {
    status: 404,
    trpc: 'NOT_FOUND',
    from: ['tRPC NOT_FOUND', 'HTTP 404'],
    sentence: 'There is nothing at this address.',
  },
  method_not_allowed: {
    status: 405,
    trpc: 'METHOD_NOT_SUPPORTED',
    from: ['tRPC METHOD_NOT_SUPPORTED'],
    sentence: 'This address does not take that method.',
  },
  request_timeout: {
    status: 408,
    trpc: 'TIMEOUT',
    from: ['ERR_HTTP_REQUEST_TIMEOUT'],
    sentence: 'The request did not arrive within 30 s; send it faster.',
  },
  job_already_ended: {
    status: 409,
    trpc: 'CONFLICT',
    from: [],
    sentence: 'The job has ended; there is nothing to cancel.',
  },
  job_not_queued: {
    status: 409,
    trpc: 'CONFLICT',
    from: [],
    sentence: 'Only a queued job can get another priority or other tags.',
  },
  stale_version: {
    status: 409,
    trpc: 'CONFLICT',
    from: [],
    sentence: 'The job was changed since you looked; look again and decide anew.',
  },
  idempotency_key_reused: {
    status: 409,
    trpc: 'CONFLICT',
    from: [],
    sentence: 'This Idempotency-Key was used for another submission; use a new one for each.',
  },
  uid_taken: {
    status: 409,
    trpc: 'CONFLICT',
    from: [],
    sentence: 'Another job has this uid; choose another, or leave it out.',
  },
  secrets_deleted: {
    status: 409,
    trpc: 'CONFLICT',
    from: [],
    sentence: 'The secrets of this job were deleted after its end; submit it anew, with them.',
  },
  host_not_heard: {
    status: 409,
    trpc: 'CONFLICT',
    from: [],
    sentence: 'The host is not heard, so it cannot check itself; start its worker first.',
  },
  host_heard: {
    status: 409,
    trpc: 'CONFLICT',
    from: [],
    sentence: 'The host was heard within its lease; it ends and proves its attempts itself.',
  },
  host_holds_jobs: {
    status: 409,
    trpc: 'CONFLICT',
    from: [],
    sentence: 'The host still holds a job; wait until its lease has run out.',
  },
  invitation_over: {
    status: 409,
    trpc: 'CONFLICT',
    from: [],
    sentence: 'The invitation was used or is over; ask an admin for a new one.',
  },
  invited_other: {
    status: 409,
    trpc: 'CONFLICT',
    from: [],
    sentence: 'The invitation is for a host of another name.',
  },
  host_has_login: {
    status: 409,
    trpc: 'CONFLICT',
    from: [],
    sentence: 'The host has a login; invite it with replace to give it a new password.',
  },
  logins_not_allowed: {
    status: 409,
    trpc: 'CONFLICT',
    from: [],
    sentence: 'The owner of the tables may not make or change logins.',
  },
  host_database_unknown: {
    status: 409,
    trpc: 'CONFLICT',
    from: [],
    sentence:
      'The API does not know how hosts reach the database; set RENDERDECK_HOST_DATABASE_URL.',
  },
  name_taken: {
    status: 409,
    trpc: 'CONFLICT',
    from: [],
    sentence: 'This name is taken; choose another.',
  },
  last_admin: {
    status: 409,
    trpc: 'CONFLICT',
    from: [],
    sentence: 'Someone must stay admin; make another admin first.',
  },
  webhook_disabled: {
    status: 409,
    trpc: 'CONFLICT',
    from: [],
    sentence: 'The webhook is disabled, so it sends nothing; enable it first.',
  },
  too_many_webhooks: {
    status: 409,
    trpc: 'CONFLICT',
    from: [],
    sentence: 'A farm has 50 webhooks at most; delete one first.',
  },
  body_too_large: {
    status: 413,
    trpc: 'PAYLOAD_TOO_LARGE',
    from: ['tRPC PAYLOAD_TOO_LARGE', 'HTTP 413'],
    sentence: 'The body is larger than this server takes (RENDERDECK_MAX_BODY_MB); send less.',
  },
  url_too_long: {
    status: 414,
    trpc: 'BAD_REQUEST',
    from: ['HTTP 414'],
    sentence: 'The address is longer than 8 KB; send less in it.',
  },
  unsupported_media_type: {
    status: 415,
    trpc: 'UNSUPPORTED_MEDIA_TYPE',
    from: ['tRPC UNSUPPORTED_MEDIA_TYPE', 'HTTP 415'],
    sentence: 'Send the body as application/json.',
  },
  range_not_satisfiable: {
    status: 416,
    trpc: 'BAD_REQUEST',
    from: [],
    sentence: 'It ends before this range; its length is in Content-Range.',
  },
  too_many_requests: {
    status: 429,
    trpc: 'TOO_MANY_REQUESTS',
    from: ['HTTP 429'],
    sentence: 'Too many requests; wait for the time that Retry-After names.',
  },
  headers_too_large: {
    status: 431,
    trpc: 'BAD_REQUEST',
    from: ['HPE_HEADER_OVERFLOW'],
    sentence: 'The headers are larger than 16 KB; send less in them.',
  },
  internal: {
    status: 500,
    trpc: 'INTERNAL_SERVER_ERROR',
    from: [],
    sentence: 'Renderdeck failed; the log has this request id.',
  },
  unavailable: {
    status: 503,
    trpc: 'SERVICE_UNAVAILABLE',
    from: ['tRPC SERVICE_UNAVAILABLE', 'HTTP 503'],
    sentence: 'Renderdeck cannot answer now; try again shortly.',
  },
  outcome_unknown: {
    status: 503,
    trpc: 'SERVICE_UNAVAILABLE',
    from: [],
    sentence: 'No answer from the database: the change may be done; look before you repeat it.',
  },
} as const satisfies Readonly<Record<string, ErrorRow>>;
export type ErrorCode = keyof typeof ERROR_CODES;

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_CODES, text);
}

const BY_FRAMEWORK_ERROR: ReadonlyMap<string, ErrorCode> = new Map(
  Object.entries(ERROR_CODES).flatMap(([code, { from }]) =>
    isErrorCode(code) ? from.map((name) => [name, code] as const) : [],
  ),
);

/**
 * The code of a framework's error, found by the error's name in `from`. Null if no row lists it.
 */
export function errorCodeFrom(frameworkError: string): ErrorCode | null {
  return BY_FRAMEWORK_ERROR.get(frameworkError) ?? null;
}

/** An error in the form for clients: tRPC's `data.problem`, and REST's application/problem+json. */
export type Problem = {
  readonly code: ErrorCode;
  readonly status: number;
  /** A sentence that helps a person to act. */
  readonly detail: string;
  /** The facts, such as the field, the version, or who changed it. */
  readonly facts: Readonly<Record<string, unknown>>;
};

/**
 * The problem of a code. Without `detail` and `facts` it has the sentence of ERROR_CODES and no
 * facts.
 */
export function toProblem(
  code: ErrorCode,
  detail: string = ERROR_CODES[code].sentence,
  facts: Problem['facts'] = {},
): Problem {
  return { code, status: ERROR_CODES[code].status, detail, facts };
}

/** An error that carries its problem. Each refusal of a request is such an error. */
export class Refusal extends Error {
  readonly problem: Problem;
  constructor(code: ErrorCode, detail?: string, facts: Readonly<Record<string, unknown>> = {}) {
    super(detail ?? ERROR_CODES[code].sentence);
    this.name = 'Refusal';
    this.problem = toProblem(code, this.message, facts);
  }
}

/** Gives a refusal as the error that tRPC throws. */
export function refuse(
  code: ErrorCode,
  detail?: string,
  facts?: Readonly<Record<string, unknown>>,
): TRPCError {
  const cause = new Refusal(code, detail, facts);
  return new TRPCError({ code: ERROR_CODES[code].trpc, message: cause.message, cause });
}
