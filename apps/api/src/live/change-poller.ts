/*
 * How a change gets from its commit to every client, with any number of API processes:
 *
 * 1. A change commits with its row in job_changes and a notification. A notification may be lost,
 *    so each process also polls every few seconds and after each reconnect.
 * 2. A poll reads every change since the cursor of this process, once for all its clients. A cursor
 *    is a database snapshot: it lists the transactions that were visible. So a change that commits
 *    late is not missed. After a pause the first change is read at once; during many changes, one
 *    poll reads several together.
 * 3. Each client has a bounded queue (fanout.ts). The server disconnects a client that reads too
 *    slowly. The client connects again with its cursor.
 * 4. A client with a cursor subscribes first, then reads the changes that it missed, then skips the
 *    changes that it got twice. It reads page by page, and only a few clients read at the same
 *    time, so memory stays small.
 * 5. A client never sees an older state of a job after a newer one. If a batch is older than the
 *    newest state that the client has, the jobs of the batch are read again.
 * 6. A cursor belongs to one incarnation of the database. After a promotion or a restore no earlier
 *    cursor can be resumed: the client is told of a gap and reads everything again.
 * 7. A batch is sent in a few frames, whose text is made once for all clients (job-stream.ts). Each
 *    frame carries the cursor from which to resume. Only the last frame of a batch moves the
 *    cursor, so a client that is disconnected inside a batch gets changes twice and loses none.
 */
import { type JobChanges, readJobChanges } from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { coalesce } from '../coalesce.ts';
import { Fanout } from './fanout.ts';

export const POLL_EVERY_MS = 3000;
/** The shortest time between the starts of two polls. One poll takes some ms of CPU time. */
const APART_MS = 20;

/** The changes since the cursor of the previous poll. Their jobs were read at `readAt` or later. */
export type ChangeBatch = JobChanges & { readonly since: string; readonly readAt: number };

export type ChangePoller = {
  readonly batches: Fanout<ChangeBatch>;
  /** Reads new changes now. If a poll is running, one more poll follows it. */
  poll(): void;
  /**
   * Calls the listener when the job changed or may have changed. Returns the unsubscribe function.
   */
  subscribeToJob(jobId: string, listener: () => void): () => void;
  /** Ends the periodic polls. */
  stop(): void;
};

/**
 * Polls for job changes and gives each batch to all clients. The first poll only sets the cursor.
 */
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
