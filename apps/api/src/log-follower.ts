import type { LiveChanges } from './live-changes.ts';

type Follower = {
  readonly attemptId: () => string | null;
  readonly look: () => void;
  readonly end: () => void;
};

/** Wakes of new output lines, for whoever follows the log of a job: a hint to look. However many come before it looks, it looks once. */
export function logFollower(live: Pick<LiveChanges, 'hearJob'>) {
  const followers = new Set<Follower>();
  return {
    /** For those who follow that attempt alone. */
    wake(attemptId: string): void {
      for (const follower of followers) if (follower.attemptId() === attemptId) follower.look();
    },
    wakeAll(): void {
      for (const { look } of followers) look();
    },
    stop(): void {
      for (const { end } of followers) end();
    },
    /** One at once for what is there already, then one for new lines of the attempt that it follows by then, and one for each change of the job, which may begin another attempt. */
    async *follow(
      jobId: string,
      attemptId: () => string | null,
      signal: AbortSignal,
    ): AsyncGenerator<true> {
      let due = true;
      let over = signal.aborted;
      let wake: (() => void) | null = null;
      const look = () => {
        due = true;
        wake?.();
      };
      const end = () => {
        over = true;
        wake?.();
      };
      const follower = { attemptId, look, end };
      followers.add(follower);
      const stopHearing = live.hearJob(jobId, look);
      signal.addEventListener('abort', end, { once: true });
      try {
        while (!over) {
          if (due) {
            due = false;
            yield true;
            continue;
          }
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          wake = null;
        }
      } finally {
        followers.delete(follower);
        stopHearing();
        signal.removeEventListener('abort', end);
      }
    },
  };
}
