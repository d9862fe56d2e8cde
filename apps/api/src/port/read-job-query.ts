import type { ListJobsInput } from '@renderdeck/contract';
import type { JobQuery } from '@renderdeck/operations';
import { readCursor } from './page-cursor.ts';

/** Gives what a client asks of the list of jobs as the operation takes it. */
export function readJobQuery(input: ListJobsInput): JobQuery {
  const { q, host, by, status, from, to, cursor, ...page } = input;
  return {
    ...page,
    q: q ?? null,
    host: host ?? null,
    by: by ?? null,
    status: status ?? null,
    from: from === undefined ? null : new Date(from),
    to: to === undefined ? null : new Date(to),
    place: cursor === undefined ? null : readCursor(cursor),
  };
}
