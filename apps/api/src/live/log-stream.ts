import type { ChangePoller } from './change-poller.ts';

type Follower = {
  readonly attemptId: () => string | null;
  readonly notify: () => void;
  readonly end: () => void;
};

export type LogStream = {
  /** Tells the followers of this attempt that its log has new lines. */
  notify(attemptId: string): void;
  /** Tells every follower to read again, because notifications may have been lost. */
  notifyAll(): void;
  /**
   * Yields one hint at once. After that, it yields a hint for new lines of the attempt that
   * `attemptId` names at that time, and for each change of the job, which may start a new attempt.
   */
  follow(jobId: string, attemptId: () => string | null, signal: AbortSignal): AsyncGenerator<true>;
  stop(): void;
};

/**
 * Gives the followers of a job's log hints to read the log again. All hints that come before a
 * follower reads count as one.
 */
export function createLogStream(changes: Pick<ChangePoller, 'subscribeToJob'>): LogStream {
  const followers = new Set<Follower>();
  return {
    notify(attemptId) {
      for (const follower of followers) if (follower.attemptId() === attemptId) follower.notify();
    },
    notifyAll() {
      for (const { notify } of followers) notify();
    },
    stop() {
      for (const { end } of followers) end();
    },
    async *follow(jobId, attemptId, signal) {
      let due = true;
      let over = signal.aborted;
      let resume: (() => void) | null = null;
      const notify = () => {
        due = true;
        resume?.();
      };
      const end = () => {
        over = true;
        resume?.();
      };
      const follower = { attemptId, notify, end };
      followers.add(follower);
      const unsubscribe = changes.subscribeToJob(jobId, notify);
      signal.addEventListener('abort', end, { once: true });
      try {
        while (!over) {
          if (due) {
            due = false;
            yield true;
            continue;
          }
          await new Promise<void>((resolve) => {
            resume = resolve;
          });
          resume = null;
        }
      } finally {
        followers.delete(follower);
        unsubscribe();
        signal.removeEventListener('abort', end);
      }
    },
  };
}
