import { TRPCError } from '@trpc/server';

/** Every error a client can get: its HTTP status, tRPC's name for it, and the sentence used where nothing more precise is known. docs/errors.md lists the same. */
export const ERROR_CODES = {
  invalid_input: {
    status: 400,
    trpc: 'BAD_REQUEST',
    sentence: 'The input does not fit; correct the named fields and send it again.',
  },
  invalid_json: {
    status: 400,
    trpc: 'PARSE_ERROR',
    sentence: 'The body is not valid JSON; correct it and send it again.',
  },
  invalid_request: {
    status: 400,
    trpc: 'BAD_REQUEST',
    sentence: 'This is no HTTP request; send one.',
  },
  job_refused: {
    status: 400,
    trpc: 'BAD_REQUEST',
    sentence: 'The nexrender job asks for something this farm does not allow.',
  },
  unauthenticated: {
    status: 401,
    trpc: 'UNAUTHORIZED',
    sentence: 'No valid session or token; sign in and try again.',
  },
  wrong_credentials: { status: 401, trpc: 'UNAUTHORIZED', sentence: 'Name or password is wrong.' },
  forbidden: {
    status: 403,
    trpc: 'FORBIDDEN',
    sentence: 'Your role does not allow this; ask an admin.',
  },
  cross_site: {
    status: 403,
    trpc: 'FORBIDDEN',
    sentence: 'The request came from another site; use the page that Renderdeck serves.',
  },
  job_not_found: {
    status: 404,
    trpc: 'NOT_FOUND',
    sentence: 'No job has this id; look it up in the list of jobs.',
  },
  not_found: { status: 404, trpc: 'NOT_FOUND', sentence: 'There is nothing at this address.' },
  method_not_allowed: {
    status: 405,
    trpc: 'METHOD_NOT_SUPPORTED',
    sentence: 'This address does not take that method.',
  },
  request_timeout: {
    status: 408,
    trpc: 'TIMEOUT',
    sentence: 'The request did not arrive within 30 s; send it faster.',
  },
  job_already_ended: {
    status: 409,
    trpc: 'CONFLICT',
    sentence: 'The job has ended; there is nothing to cancel.',
  },
  job_not_queued: {
    status: 409,
    trpc: 'CONFLICT',
    sentence: 'Only a queued job has a priority that matters.',
  },
  stale_version: {
    status: 409,
    trpc: 'CONFLICT',
    sentence: 'The job was changed since you looked; look again and decide anew.',
  },
  idempotency_key_reused: {
    status: 409,
    trpc: 'CONFLICT',
    sentence: 'This Idempotency-Key was used for another submission; use a new one for each.',
  },
  name_taken: { status: 409, trpc: 'CONFLICT', sentence: 'This name is taken; choose another.' },
  last_admin: {
    status: 409,
    trpc: 'CONFLICT',
    sentence: 'Someone must stay admin; make another admin first.',
  },
  body_too_large: {
    status: 413,
    trpc: 'PAYLOAD_TOO_LARGE',
    sentence: 'The body is larger than 1 MB; send less.',
  },
  url_too_long: {
    status: 414,
    trpc: 'BAD_REQUEST',
    sentence: 'The address is longer than 8 KB; send less in it.',
  },
  unsupported_media_type: {
    status: 415,
    trpc: 'UNSUPPORTED_MEDIA_TYPE',
    sentence: 'Send the body as application/json.',
  },
  too_many_requests: {
    status: 429,
    trpc: 'TOO_MANY_REQUESTS',
    sentence: 'Too many requests; wait for the time that Retry-After names.',
  },
  headers_too_large: {
    status: 431,
    trpc: 'BAD_REQUEST',
    sentence: 'The headers are larger than 16 KB; send less in them.',
  },
  internal: {
    status: 500,
    trpc: 'INTERNAL_SERVER_ERROR',
    sentence: 'Renderdeck failed; the log has this request id.',
  },
  unavailable: {
    status: 503,
    trpc: 'SERVICE_UNAVAILABLE',
    sentence: 'Renderdeck cannot answer now; try again shortly.',
  },
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

/** What a client reads of an error, over tRPC (in `data.problem`) and REST (as application/problem+json) alike. */
export type Problem = {
  readonly code: ErrorCode;
  readonly status: number;
  /** A sentence a person can act on. */
  readonly detail: string;
  /** The facts behind it: which field, which version, who changed it. */
  readonly facts: Readonly<Record<string, unknown>>;
};

/** The one way to say no: an error that carries its problem. */
export class Refusal extends Error {
  readonly problem: Problem;
  constructor(code: ErrorCode, detail?: string, facts: Readonly<Record<string, unknown>> = {}) {
    super(detail ?? ERROR_CODES[code].sentence);
    this.name = 'Refusal';
    this.problem = { code, status: ERROR_CODES[code].status, detail: this.message, facts };
  }
}

/** A refusal in the form that tRPC throws. */
export function refuse(
  code: ErrorCode,
  detail?: string,
  facts?: Readonly<Record<string, unknown>>,
): TRPCError {
  const cause = new Refusal(code, detail, facts);
  return new TRPCError({ code: ERROR_CODES[code].trpc, message: cause.message, cause });
}
