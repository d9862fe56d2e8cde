/*
 * How a change gets from its commit to every client, with any number of API processes:
 *
 * 1. A change commits with its row in job_changes and a notification. A notification may be lost,
 *    so each process also polls every few seconds and after each reconnect.
 * 2. A poll reads every change since the cursor of this process, once for all its clients. A cursor
 *    is a database snapshot of visible transactions, so no commit order hides a change. The first
 *    change after a rest is read at once; many of them are read together.
 * 3. Each client has a bounded queue (fanout.ts). A client that does not keep up is cut off and
 *    resumes from its cursor.
 * 4. A client with a cursor subscribes first, then reads what it missed, then skips the changes
 *    that it got twice. It reads page by page, and few clients read at once, so memory stays small.
 * 5. A job never goes back in time: where a batch was read before the client's newest view, its
 *    jobs are read again.
 * 6. A cursor is of one incarnation of the database. After a promotion or a restore every cursor
 *    from before it is a gap: the client reads everything again.
 * 7. A batch is sent in few frames, whose text is made once for all clients (job-stream.ts). Each
 *    carries the cursor to resume from. Only the last frame of a batch moves it, so a client that
 *    is cut off inside a batch gets changes twice and loses none.
 */
import { type JobChanges, readJobChanges } from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { coalesce } from '../coalesce.ts';
import { Fanout } from './fanout.ts';

export const POLL_EVERY_MS = 3000;
/** Two polls begin at least so long after each other. A poll takes some ms of CPU. */
const APART_MS = 20;

/** The changes since the cursor of the poll before. Their jobs are as at `readAt`, or later. */
export type ChangeBatch = JobChanges & { readonly since: string; readonly readAt: number };

export type ChangePoller = {
  readonly batches: Fanout<ChangeBatch>;
  /** Reads new changes now, or once more after the poll that runs. */
  poll(): void;
  /** Calls the listener when the job has changed or may have. Returns the unsubscribe function. */
  subscribeToJob(jobId: string, listener: () => void): () => void;
  /** Ends the periodic polls. */
  stop(): void;
};

/** Polls for job changes and gives each batch to all clients. The first poll sets the cursor. */
export function startChangePoller(db: Database, onError: (error: unknown) => void): ChangePoller {
  const batches = new Fanout<ChangeBatch>();
  let cursor: string | null = null;
  const poll = coalesce(
    async () => {
      const before = cursor;
      const readAt = performance.now();
      const read = await readJobChanges({ db }, { cursor: before });
      cursor = read.cursor;
      if (before !== null && (read.gap || read.changes.length > 0))
        batches.send({ ...read, since: before, readAt });
    },
    onError,
    APART_MS,
  );
  const timer = setInterval(poll, POLL_EVERY_MS);
  return {
    batches,
    poll,
    subscribeToJob: (jobId, listener) =>
      batches.subscribe(({ gap, changes }) => {
        if (gap || changes.some(({ change }) => change.jobId === jobId)) listener();
      }),
    stop: () => clearInterval(timer),
  };
}
