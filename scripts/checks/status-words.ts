import { JOB_STATUSES } from '@renderdeck/domain';

const WORD = new RegExp(`['"](?:${JOB_STATUSES.join('|')})['"]`);

/** True if a line contains a status as text. Such code should ask the domain. */
export function spellsStatus(line: string): boolean {
  return WORD.test(line);
}
