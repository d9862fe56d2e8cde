import type { LogEnd } from '@renderdeck/operations';
import type { ChangePoller } from './change-poller.ts';
import { pollWhileFollowed } from './poll-while-followed.ts';

type Follower = {
  readonly attemptId: () => string | null;
  readonly notify: () => void;
  readonly end: () => void;
};

export type LogStream = {
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
export function createLogStream(
  changes: Pick<ChangePoller, 'subscribeToJob'>,
  findLogEnds: (attemptIds: readonly string[]) => Promise<readonly LogEnd[]>,
  onError: (error: unknown) => void,
): LogStream {
  const followers = new Set<Follower>();
  /** The last chunk of each followed attempt that its followers were told of. */
  let told = new Map<string, number | null>();

  /** Reads, once for all followers, how far the logs of their attempts go. */
  async function read(): Promise<boolean> {
    const ids = new Set([...followers].flatMap((follower) => follower.attemptId() ?? []));
    const ends = ids.size === 0 ? [] : await findLogEnds([...ids]);
    const before = told;
    told = new Map(ends.map(({ attemptId, lastSeq }) => [attemptId, lastSeq]));
    const grown = new Set([...told].flatMap(([id, seq]) => (before.get(id) === seq ? [] : id)));
    for (const { attemptId, notify } of followers) if (grown.has(attemptId() ?? '')) notify();
    return grown.size > 0;
  }
  const isFollowed = () => followers.size > 0;
  const polling = pollWhileFollowed(read, { isFollowed, unfollowed: 'never' }, onError);

  return {
    stop() {
      polling.stop();
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
      polling.followed();
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
