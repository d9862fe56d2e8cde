import type { Problem } from '@renderdeck/contract';
import { TRPCClientError } from '@trpc/client';
import { problemOf } from './problem.ts';

/** Why a call has no result: the API refused, something else answered, or nothing did. */
export type CallFailure =
  | { readonly kind: 'refused'; readonly problem: Problem }
  | { readonly kind: 'notRenderdeck' }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** Reads the error of a call; null where the error comes from elsewhere. */
export function callFailureOf(error: unknown): CallFailure | null {
  if (!(error instanceof TRPCClientError)) return null;
  const problem = problemOf(error);
  if (problem !== null) return { kind: 'refused', problem };
  if (error.meta?.response !== undefined || error.cause instanceof SyntaxError)
    return { kind: 'notRenderdeck' };
  return { kind: 'unreachable', reason: reasonOf(error) };
}

/** The innermost cause: fetch says no more than "fetch failed". */
function reasonOf(error: Error): string {
  const { cause } = error;
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error)
    return reasonOf(cause.errors[0]);
  return cause instanceof Error ? reasonOf(cause) : error.message;
}
