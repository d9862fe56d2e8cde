import type { ChangePoller } from './change-poller.ts';

type Follower = {
  readonly attemptId: () => string | null;
  readonly notify: () => void;
  readonly end: () => void;
};

export type LogStream = {
  /** Notifies the followers of that attempt: it has new lines. */
  notify(attemptId: string): void;
  /** Notifies every follower: notifications may have been lost. */
  notifyAll(): void;
  /**
   * Gives one hint at once. Then it gives one for new lines of the attempt that `attemptId` names
   * at that time, and one for each change of the job, which may start another attempt.
   */
  follow(jobId: string, attemptId: () => string | null, signal: AbortSignal): AsyncGenerator<true>;
  stop(): void;
};

/** Gives followers of a job's log a hint to read again. Hints before a read count as one. */
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
