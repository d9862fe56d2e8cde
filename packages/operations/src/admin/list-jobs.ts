import {
  DEFAULT_JOB_SORT,
  forEachStatus,
  isFinal,
  JOB_STATUSES,
  type JobSort,
  type JobStatus,
  type JobView,
  MOST_COUNTED,
  MOST_FOUND,
  type TimeRange,
  TRANSITIONS,
} from '@renderdeck/domain';
import {
  countEnded,
  countJobs,
  countPlaces,
  type Database,
  findJobViews,
  findQueueEnd,
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
  /** The order of ended jobs. */
  readonly sort: JobSort;
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
  /** When no job waits any more, if nothing is submitted; null if nothing waits or not known. */
  readonly emptyAt: TimeRange | null;
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
  const { place, direction, sort, skip, limit } = query;
  const failed = query.reason === null ? null : TRANSITIONS.fail.to;
  const sections = sectionsShown(query.show, query.status ?? failed);
  // One more than the limit is read, to know whether another page follows.
  const beyond = { skip, limit: limit + 1 };
  const [at, emptyAt, counts, found] = await Promise.all([
    readClock(db),
    findQueueEnd(db),
    countAll(db),
    readPlaces(db, sections, query, { place, direction, sort }, beyond),
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
    const turned = direction === 'next' ? 'previous' : 'next';
    const back = { place: edge, sort, direction: turned } as const;
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
    emptyAt: counts.queued === 0 ? null : emptyAt,
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

/**
 * `capped`: there may be more than `count`. `running` and `queued`: how many of them run or wait.
 */
type Matching = {
  readonly count: number;
  readonly running: number;
  readonly queued: number;
  readonly capped: boolean;
};

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
  const { q, host, by, template, open, from, to, reason } = filter;
  if (q ?? host ?? by ?? template ?? from ?? to ?? reason ?? (open || null)) {
    const most = q === null ? MOST_COUNTED : MOST_FOUND;
    const counts = await countFitting(db, sections, filter, most);
    const count = Math.min(most, sum(Object.values(counts)));
    return { count, running: counts.running, queued: counts.queued, capped: count === most };
  }
  const shown = JOB_STATUSES.filter(
    (status) =>
      sections.includes(sectionOf(status)) && (filter.status === null || filter.status === status),
  );
  const inSection = (section: ListSection) =>
    sum(shown.filter((one) => sectionOf(one) === section).map((status) => byStatus[status]));
  return {
    count: sum(shown.map((status) => byStatus[status])),
    running: inSection('running'),
    queued: inSection('queued'),
    capped: shown.some((status) => isFinal(status) && byStatus[status] === MOST_COUNTED),
  };
}

/** How many jobs of each section fit, up to `most`. */
async function countFitting(
  db: Database,
  sections: readonly ListSection[],
  filter: JobFilter,
  most: number,
): Promise<Readonly<Record<ListSection, number>>> {
  const start = { place: null, direction: 'next', sort: DEFAULT_JOB_SORT } as const;
  const counts = { running: 0, queued: 0, ended: 0 };
  const count = async (section: ListSection, upTo: number) => {
    counts[section] = await countPlaces(db, section, filter, start, upTo);
  };
  if (filter.q === null) await Promise.all(sections.map((section) => count(section, most)));
  // A text is searched in one section after the other, because a search costs more than the wait.
  else
    for (const section of sections) {
      const left = most - sum(Object.values(counts));
      if (left > 0) await count(section, left);
    }
  return counts;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}
