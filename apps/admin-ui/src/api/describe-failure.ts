import { problemOf } from '@renderdeck/client/problem';
import { visibleText } from '@renderdeck/contract';

/** What to do after a failure that leaves open whether a job was changed. */
export const LOOK_AT_JOB = 'It may have been done. Look at the job before you repeat it.';
const LOOK = 'It may have been done. Look before you repeat it.';

/**
 * True if a failed request may still have changed something: there was no answer, or the server
 * does not know. A refusal changes nothing, and `unavailable` says that nothing was done.
 */
export function mayBeDone(error: unknown): boolean {
  const problem = problemOf(error);
  return problem === null || (problem.status >= 500 && problem.code !== 'unavailable');
}

/**
 * Why an action failed, for the user. It begins with `notDone` ("Not set.") only if it is certain
 * that nothing was changed. Otherwise it ends with `ifDone`.
 */
export function describeFailure(error: unknown, notDone: string, ifDone = LOOK): string {
  if (!mayBeDone(error)) return `${notDone} ${errorMessage(error)}`;
  const problem = problemOf(error);
  const isLost = problem === null || problem.code === 'outcome_unknown';
  return `${isLost ? 'No answer.' : problem.detail} ${ifDone}`;
}

/** One sentence for the user about any error of a request. */
export function errorMessage(error: unknown): string {
  return visibleText(problemOf(error)?.detail ?? 'Renderdeck does not answer.');
}
