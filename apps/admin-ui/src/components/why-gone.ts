import type { MeOutput } from '@renderdeck/contract';

/** "It may be older than 90 days.": why nobody finds a job; null if jobs are kept for ever. */
export function whyGone({ keepJobsDays }: Pick<MeOutput, 'keepJobsDays'>): string | null {
  if (keepJobsDays === null) return null;
  return `It may be older than ${keepJobsDays === 1 ? '1 day' : `${keepJobsDays} days`}.`;
}
