import type { Problem } from '@renderdeck/contract';
import { TRPCClientError } from '@trpc/client';

/** What the server said no with; null where nobody answered, or the answer was not the server's own. */
export function problemOf(error: unknown): Problem | null {
  if (!(error instanceof TRPCClientError)) return null;
  const problem: unknown = error.data?.problem;
  return isProblem(problem) ? problem : null;
}

/** One sentence for a person, whatever went wrong. */
export function sentenceOf(error: unknown): string {
  return problemOf(error)?.detail ?? 'Renderdeck does not answer.';
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
