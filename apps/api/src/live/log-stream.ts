import type { LogEnd } from '@renderdeck/operations';
import type { ChangePoller } from './change-poller.ts';
import { pollWhileFollowed } from './poll-while-followed.ts';

type Follower = {
  readonly attemptId: () => string | null;
  readonly notify: () => void;
  readonly end: () => void;
};

type FindLogEnds = (attemptIds: readonly string[]) => Promise<readonly LogEnd[]>;

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
  findLogEnds: FindLogEnds,
  onError: (error: unknown) => void,
): LogStream {
  const followers = new Set<Follower>();
  const read = readGrownLogs(followers, findLogEnds);
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

/**
 * Returns a function that reads, once for all followers, how far the logs of their attempts go, and
 * gives a hint to those whose log is not as it was. It says whether there was such a log.
 */
function readGrownLogs(followers: ReadonlySet<Follower>, findLogEnds: FindLogEnds) {
  let known = new Map<string, number | null>();
  return async () => {
    const ids = new Set([...followers].flatMap(({ attemptId }) => attemptId() ?? []));
    const ends = ids.size === 0 ? [] : await findLogEnds([...ids]);
    const before = known;
    known = new Map(ends.map(({ attemptId, lastSeq }) => [attemptId, lastSeq]));
    const grown = new Set([...known].flatMap(([id, seq]) => (before.get(id) === seq ? [] : id)));
    for (const { attemptId, notify } of followers) if (grown.has(attemptId() ?? '')) notify();
    return grown.size > 0;
  };
}
