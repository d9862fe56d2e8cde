import type { Problem } from '@renderdeck/contract';
import { TRPCClientError } from '@trpc/client';
import { problemOf } from './problem.ts';

/** Why a call has no result: the API refused it, another program answered, or nothing answered. */
export type CallFailure =
  | { readonly kind: 'refused'; readonly problem: Problem }
  | { readonly kind: 'notRenderdeck' }
  | { readonly kind: 'unreachable'; readonly reason: string };

/**
 * Errors that mean that no connection was made, so the API did not get the call. Codes, or a
 * message.
 */
const NOT_CONNECTED: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'bad port',
]);

/** Reads the error of a call; null if the error does not come from a call. */
export function callFailureOf(error: unknown): CallFailure | null {
  if (!(error instanceof TRPCClientError)) return null;
  const problem = problemOf(error);
  if (problem !== null) return { kind: 'refused', problem };
  if (error.meta?.response !== undefined || error.cause instanceof SyntaxError)
    return { kind: 'notRenderdeck' };
  return { kind: 'unreachable', reason: innermost(error).message };
}

/**
 * Whether a failed call may still have changed something: it got no answer, or the answer of a
 * server that does not know the outcome. A refusal changes nothing, and `unavailable` says that
 * nothing was done.
 */
export function mayBeDone(error: unknown): boolean {
  if (!(error instanceof TRPCClientError)) return false;
  const problem = problemOf(error);
  if (problem !== null) return problem.status >= 500 && problem.code !== 'unavailable';
  const response: unknown = error.meta?.response;
  // A proxy answered in place of the API.
  if (response instanceof Response) return response.status >= 500;
  const cause = innermost(error);
  return !NOT_CONNECTED.has('code' in cause ? cause.code : cause.message);
}

/** The innermost cause, because the error of fetch itself says only "fetch failed". */
function innermost(error: Error): Error {
  const { cause } = error;
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error)
    return innermost(cause.errors[0]);
  return cause instanceof Error ? innermost(cause) : error;
}
