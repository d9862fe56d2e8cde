import { problemOf } from '@renderdeck/client/problem';
import { visibleText } from '@renderdeck/contract';

/** One sentence for the user about any error of a request. */
export function errorMessage(error: unknown): string {
  return visibleText(problemOf(error)?.detail ?? 'Renderdeck does not answer.');
}
