import { isFinal, isQueued, mayRunOf, type WireJob } from '@renderdeck/contract';
import { dayStart } from './day-start.ts';
import type { QueueFilter } from './queue-search.ts';

/** True where the list of this filter holds the job, as the server decides it. */
export function matchesFilter(job: WireJob, filter: QueueFilter): boolean {
  const { show, q, status, host, by, open, from, to } = filter;
  const at = Date.parse(job.endedAt ?? job.createdAt);
  return (
    (show === 'all' || isFinal(job.status) === (show === 'ended')) &&
    (q === undefined || contains(job.name, q) || contains(job.id, q)) &&
    (status === undefined || job.status === status) &&
    (host === undefined || (!isQueued(job.status) && job.host === host)) &&
    (by === undefined || job.submittedBy === by) &&
    (open === undefined || mayRunOf(job).length > 0) &&
    (from === undefined || at >= Date.parse(dayStart(from))) &&
    (to === undefined || at < Date.parse(dayStart(to, 1)))
  );
}

function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}
