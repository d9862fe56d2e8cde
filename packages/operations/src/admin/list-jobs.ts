import {
  forEachStatus,
  isFinal,
  JOB_STATUSES,
  type JobStatus,
  type JobView,
  MOST_COUNTED,
  MOST_FOUND,
  TRANSITIONS,
} from '@renderdeck/domain';
import {
  countEnded,
  countJobs,
  countPlaces,
  type Database,
  findJobViews,
  inSnapshot,
  type JobCounts,
  type JobFilter,
  type ListPlace,
  type ListSection,
  readClock,
} from '@renderdeck/store';
import type { DatabaseContext } from '../operation-context.ts';
import { readPlaces, sectionOf, sectionsShown } from './read-places.ts';

export type JobQuery = JobFilter & {
  readonly show: 'active' | 'ended' | 'all';
  /**
   * The page starts after this job; with `previous` it ends before it. Null: the page starts at the
   * end of the list.
   */
  readonly place: ListPlace | null;
  readonly direction: 'next' | 'previous';
  /** How many jobs are left out before the page. */
  readonly skip: number;
  readonly limit: number;
};
export type JobPage = {
  readonly views: readonly JobView[];
  readonly next: ListPlace | null;
  readonly previous: ListPlace | null;
  readonly counts: JobCounts & { readonly byStatus: Readonly<Record<JobStatus, number>> };
  readonly matching: Matching;
  readonly at: Date;
};

/**
 * Returns a page of jobs: first running jobs (oldest start first), then queued jobs in queue order,
 * then ended jobs (newest end first). Everything is read in one snapshot. A position is the
 * position in the whole queue, whatever the filter is.
 */
export async function listJobs(context: DatabaseContext, query: JobQuery): Promise<JobPage> {
  return await inSnapshot(context.db, (tx) => readPage(tx, query));
}

async function readPage(db: Database, query: JobQuery): Promise<JobPage> {
  const { place, direction, skip, limit } = query;
  const sections = sectionsShown(query.show, query.status);
  // One more than the limit is read, to know whether another page follows.
  const beyond = { skip, limit: limit + 1 };
  const [at, counts, found] = await Promise.all([
    readClock(db),
    countAll(db),
    readPlaces(db, sections, query, { place, direction }, beyond),
  ]);
  const inTurn = found.slice(0, limit);
  const page = direction === 'next' ? inTurn : inTurn.toReversed();
  const [first = null, last = null] = [page.at(0), page.at(-1)];
  const more = found.length > limit;
  const isStart = place === null && skip === 0;
  /** Whether the list continues before the page, seen in the direction of reading. */
  const isBehind = async () => {
    const edge = direction === 'next' ? first : last;
    if (isStart || edge === null) return false;
    const back = { place: edge, direction: direction === 'next' ? 'previous' : 'next' } as const;
    return (await readPlaces(db, sections, query, back, { skip: 0, limit: 1 })).length > 0;
  };
  const [views, behind, matching] = await Promise.all([
    viewsOf(db, page),
    isBehind(),
    countMatching(db, sections, query, counts.byStatus),
  ]);
  const [before, after] = direction === 'next' ? [behind, more] : [more, behind];
  return {
    views,
    next: after ? last : null,
    previous: before ? first : null,
    counts,
    matching,
    at,
  };
}

/** The views of the jobs at these places, in the order of the places. */
async function viewsOf(db: Database, places: readonly ListPlace[]): Promise<readonly JobView[]> {
  const views = await findJobViews(
    db,
    places.map(({ id }) => id),
  );
  const byId = new Map(views.map((view) => [view.job.id, view]));
  return places.flatMap(({ id }) => byId.get(id) ?? []);
}

async function countAll(db: Database): Promise<JobPage['counts']> {
  const [counts, ended] = await Promise.all([countJobs(db), countEnded(db)]);
  const active = new Map<JobStatus, number>([
    [TRANSITIONS.claim.from, counts.queued],
    [TRANSITIONS.claim.to, counts.rendering],
    [TRANSITIONS.requestStop.to, counts.cancelling],
  ]);
  const byStatus = forEachStatus((status) => active.get(status) ?? ended.get(status) ?? 0);
  return { ...counts, byStatus };
}

/** `capped`: there may be more than `count`. */
type Matching = { readonly count: number; readonly capped: boolean };

/**
 * Counts the jobs of a list on all its pages. Jobs that fit a filter are counted up to
 * MOST_COUNTED, jobs with a text up to MOST_FOUND. Without a filter, all active jobs are counted,
 * because the list is as long as the queue.
 */
async function countMatching(
  db: Database,
  sections: readonly ListSection[],
  filter: JobFilter,
  byStatus: Readonly<Record<JobStatus, number>>,
): Promise<Matching> {
  const { q, host, by, open, from, to } = filter;
  if (q ?? host ?? by ?? from ?? to ?? (open || null)) {
    const most = q === null ? MOST_COUNTED : MOST_FOUND;
    const start = { place: null, direction: 'next' } as const;
    const countSection = (section: ListSection, upTo: number) =>
      countPlaces(db, section, filter, start, upTo);
    let count = 0;
    if (q === null) {
      const counts = await Promise.all(sections.map((section) => countSection(section, most)));
      count = counts.reduce((sum, ofSection) => Math.min(most, sum + ofSection), 0);
    } else {
      for (const section of sections)
        if (count < most) count += await countSection(section, most - count);
    }
    return { count, capped: count === most };
  }
  const shown = JOB_STATUSES.filter(
    (status) =>
      sections.includes(sectionOf(status)) && (filter.status === null || filter.status === status),
  );
  return {
    count: shown.reduce((sum, status) => sum + byStatus[status], 0),
    capped: shown.some((status) => isFinal(status) && byStatus[status] === MOST_COUNTED),
  };
}
