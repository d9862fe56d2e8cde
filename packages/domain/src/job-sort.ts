/** By what ended jobs can be sorted. */
export type JobSortKey = 'ended' | 'name' | 'duration';

/** The orders of ended jobs. With `-` the last comes first. */
export const JOB_SORTS = ['ended', '-ended', 'name', '-name', 'duration', '-duration'] as const;
export type JobSort = (typeof JOB_SORTS)[number];
export const DEFAULT_JOB_SORT: JobSort = '-ended';

const SORTS: Readonly<Record<JobSort, { readonly by: JobSortKey; readonly descending: boolean }>> =
  {
    ended: { by: 'ended', descending: false },
    '-ended': { by: 'ended', descending: true },
    name: { by: 'name', descending: false },
    '-name': { by: 'name', descending: true },
    duration: { by: 'duration', descending: false },
    '-duration': { by: 'duration', descending: true },
  };

/** What a sort compares, and in which direction. */
export function sortOf(sort: JobSort): (typeof SORTS)[JobSort] {
  return SORTS[sort];
}
