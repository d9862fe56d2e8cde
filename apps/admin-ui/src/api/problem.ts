import { problemOf } from '@renderdeck/client/problem';

export { problemOf };

/** One sentence for a person, whatever went wrong. */
export function sentenceOf(error: unknown): string {
  return problemOf(error)?.detail ?? 'Renderdeck does not answer.';
}
