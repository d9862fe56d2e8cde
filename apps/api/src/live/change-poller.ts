/*
 * How a change gets from its commit to every client, with any number of API processes:
 *
 * 1. A change commits with its row in job_changes. It notifies nobody. Each process polls: often
 *    while a client follows, else every few seconds (poll-while-followed.ts). The end of a stop is
 *    notified, and polled at once where a client waits for it (live-feeds.ts).
 * 2. A poll reads every change since the cursor of this process, once for all its clients. A cursor
 *    is a database snapshot: it lists the transactions that were visible. So a change that commits
 *    late is not missed.
 * 3. Each client has a bounded queue (fanout.ts). The server disconnects a client that reads too
 *    slowly. The client connects again with its cursor.
 * 4. A client with a cursor subscribes first, then reads the changes that it missed, then skips the
 *    changes that it got twice. It reads page by page, and only a few clients read at the same
 *    time, so memory stays small. A client that has missed something before a batch reads it, too.
 * 5. A client never sees an older state of a job after a newer one. If a batch is older than the
 *    newest state that the client has, the jobs of the batch are read again.
 * 6. A cursor belongs to one incarnation of the database. After a promotion or a restore no earlier
 *    cursor can be resumed: the client is told of a gap, once, and reads everything again.
 * 7. A batch is sent in a few frames, whose text is made once for all clients (job-stream.ts). Each
 *    frame carries the cursor from which to resume. Only the last frame of a batch moves the
 *    cursor, so a client that is disconnected inside a batch gets changes twice and loses none.
 */
import { type JobChanges, readJobChanges } from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { Fanout } from './fanout.ts';
import { pollWhileFollowed } from './poll-while-followed.ts';

/**
 * The changes since the cursor of the previous batch; the polls between the two found none. Their
 * jobs were read at `readAt` or later.
 */
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
  const batches = new Fanout<ChangeBatch>({ onSubscribe: () => polling.followed() });
  let cursor: string | null = null;
  let sentUntil: string | null = null;
  const read = async () => {
    const readAt = performance.now();
    const changes = await readJobChanges({ db }, { cursor });
    cursor = changes.cursor;
    const since = sentUntil;
    const isNew = changes.gap || changes.changes.length > 0;
    if (since === null || isNew) sentUntil = cursor;
    if (since === null || !isNew) return false;
    batches.send({ ...changes, since, readAt });
    return true;
  };
  const isFollowed = () => batches.followers() > 0;
  // Without followers it goes on, so that a client that comes back to this process finds no gap.
  const polling = pollWhileFollowed(read, { isFollowed, unfollowed: 'slowly' }, onError);
  return {
    batches,
    poll: polling.poll,
    subscribeToJob: (jobId, listener) =>
      batches.subscribe(({ gap, changes }) => {
        if (gap || changes.some(({ change }) => change.jobId === jobId)) listener();
      }),
    stop: polling.stop,
  };
}
