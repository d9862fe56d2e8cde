import type { AdminRouter } from '@renderdeck/contract/router';
import { TRPCClientError } from '@trpc/client';

/** An answer of no that this program gives itself. */
export class Failure extends Error {
  readonly code: string;
  constructor(code: string, sentence: string) {
    super(sentence);
    this.code = code;
  }
}

/** What went wrong as `code: sentence`: the API's own words, or what to do where it did not answer. */
export function explainFailure(error: unknown, url: string): string {
  if (error instanceof Failure) return `${error.code}: ${error.message}`;
  if (!isApiError(error))
    return `failed: ${error instanceof Error ? error.message : String(error)}`;
  if (error.data !== undefined && error.data !== null) {
    const { code, detail, facts } = error.data.problem;
    return `${code}: ${detail}${typeof facts.requestId === 'string' ? ` (${facts.requestId})` : ''}`;
  }
  if (error.meta?.response !== undefined || error.cause instanceof SyntaxError) {
    return `not_renderdeck: What answers at ${url} is not Renderdeck's API; set RENDERDECK_URL to its address.`;
  }
  return `unreachable: No answer from ${url} (${reasonOf(error)}); start Renderdeck there, or set RENDERDECK_URL to its address.`;
}

function isApiError(error: unknown): error is TRPCClientError<AdminRouter> {
  return error instanceof TRPCClientError;
}

/** The innermost cause: fetch says no more than "fetch failed". */
function reasonOf(error: Error): string {
  const { cause } = error;
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error)
    return reasonOf(cause.errors[0]);
  return cause instanceof Error ? reasonOf(cause) : error.message;
}
