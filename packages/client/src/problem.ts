import type { Problem } from '@renderdeck/contract';
import { TRPCClientError } from '@trpc/client';

/** Why the API refused; null if nothing answered, or if the answer is not from the API. */
export function problemOf(error: unknown): Problem | null {
  if (!(error instanceof TRPCClientError)) return null;
  const problem: unknown = error.data?.problem;
  return isProblem(problem) ? problem : null;
}

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    'detail' in value &&
    'facts' in value
  );
}
