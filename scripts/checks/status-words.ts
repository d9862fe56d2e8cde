import { JOB_STATUSES } from '@renderdeck/domain';

const WORD = new RegExp(`['"](?:${JOB_STATUSES.join('|')})['"]`);

/** True where a line spells a status instead of asking the domain. */
export function spellsStatus(line: string): boolean {
  return WORD.test(line);
}
