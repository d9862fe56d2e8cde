import {
  isFinal,
  JOB_STATUSES,
  type JobStatus,
  MOST_COUNTED,
  MOST_FOUND,
} from '@renderdeck/domain';
import { countPlaces, type Database, type JobFilter, type ListPart } from '@renderdeck/store';
import { partOf } from './read-places.ts';

/** `capped`: there may be more than `count`. */
export type Matching = { readonly count: number; readonly capped: boolean };

/**
 * Counts the jobs of a list on all its pages. Jobs that fit a filter are counted up to
 * MOST_COUNTED, with a text up to MOST_FOUND. Without a filter what is active is counted whole: a
 * list is as long as the queue.
 */
export async function countMatching(
  db: Database,
  parts: readonly ListPart[],
  filter: JobFilter,
  byStatus: Readonly<Record<JobStatus, number>>,
): Promise<Matching> {
  const { q, host, by, open, from, to } = filter;
  if (q ?? host ?? by ?? from ?? to ?? (open || null)) {
    const most = q === null ? MOST_COUNTED : MOST_FOUND;
    const start = { place: null, direction: 'next' } as const;
    const countPart = (part: ListPart, upTo: number) => countPlaces(db, part, filter, start, upTo);
    let count = 0;
    if (q === null) {
      const counts = await Promise.all(parts.map((part) => countPart(part, most)));
      count = counts.reduce((sum, ofPart) => Math.min(most, sum + ofPart), 0);
    } else {
      for (const part of parts) if (count < most) count += await countPart(part, most - count);
    }
    return { count, capped: count === most };
  }
  const shown = JOB_STATUSES.filter(
    (status) =>
      parts.includes(partOf(status)) && (filter.status === null || filter.status === status),
  );
  return {
    count: shown.reduce((sum, status) => sum + byStatus[status], 0),
    capped: shown.some((status) => isFinal(status) && byStatus[status] === MOST_COUNTED),
  };
}
