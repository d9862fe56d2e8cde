import { isRunning, type JobStatus, type JobView, queueKey, TRANSITIONS } from '@renderdeck/domain';
import {
  countJobs,
  type Database,
  inSnapshot,
  type JobCounts,
  type ListPlace,
  listEnded,
  listQueued,
  listRunning,
} from '@renderdeck/store';
import type { DatabaseContext } from '../operation-context.ts';

export type JobQuery = {
  readonly status: JobStatus | null;
  readonly show: 'active' | 'ended' | 'all';
  /** Only jobs with an open attempt. */
  readonly open: boolean;
  readonly after: ListPlace | null;
  readonly limit: number;
};
export type JobPage = {
  readonly views: readonly JobView[];
  readonly next: ListPlace | null;
  readonly counts: JobCounts;
};

const PARTS = ['running', 'queued', 'ended'] as const;
type Part = (typeof PARTS)[number];

/**
 * Returns a page of jobs: first running jobs (oldest start first), then queued jobs in queue order,
 * then ended jobs (newest end first). The page and the counts are of one snapshot.
 */
export async function listJobs(context: DatabaseContext, query: JobQuery): Promise<JobPage> {
  return await inSnapshot(context.db, (tx) => readPage(tx, query));
}

async function readPage(db: Database, query: JobQuery): Promise<JobPage> {
  const wanted = PARTS.filter(
    (part) =>
      partShown(part, query.show) && (query.status === null || partOf(query.status) === part),
  );
  const from = query.after === null ? 0 : wanted.indexOf(query.after.part);
  const views: JobView[] = [];
  // Read one more than the limit, to know whether there is a next page.
  for (const part of from < 0 ? [] : wanted.slice(from)) {
    if (views.length > query.limit) break;
    const after = query.after?.part === part ? query.after : null;
    views.push(...(await readPart(db, part, query, after, query.limit + 1 - views.length)));
  }
  const page = views.slice(0, query.limit);
  const last = page.at(-1);
  return {
    views: page,
    next: views.length > query.limit && last !== undefined ? placeOf(last) : null,
    counts: await countJobs(db),
  };
}

function partShown(part: Part, show: JobQuery['show']): boolean {
  return show === 'all' || (show === 'ended') === (part === 'ended');
}

function partOf(status: JobStatus): Part {
  if (status === TRANSITIONS.claim.from) return 'queued';
  return isRunning(status) ? 'running' : 'ended';
}

function readPart(
  db: Database,
  part: Part,
  query: JobQuery,
  after: ListPlace | null,
  limit: number,
) {
  if (part === 'running') return listRunning(db, query, after, limit);
  if (part === 'queued') return listQueued(db, query, after, limit);
  return listEnded(db, query, after, limit);
}

function placeOf({ job }: JobView): ListPlace {
  const part = partOf(job.status);
  const at = part === 'running' ? job.startedAt : job.endedAt;
  return {
    part,
    key: part === 'queued' ? queueKey(job).toString() : String(at?.getTime()),
    id: job.id,
  };
}
