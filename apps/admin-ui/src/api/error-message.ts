import { problemOf } from '@renderdeck/client/problem';

/** One sentence for the user about any error of a request. */
export function errorMessage(error: unknown): string {
  return problemOf(error)?.detail ?? 'Renderdeck does not answer.';
}
