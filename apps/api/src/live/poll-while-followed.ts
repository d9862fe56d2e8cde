import { coalesce } from '../coalesce.ts';

/**
 * How often a feed is read: while its last read found something, while it found nothing, and while
 * nobody follows. So a change reaches a page within 250 ms and the time of two reads.
 */
const READ_EVERY_MS = { changing: 100, still: 250, unfollowed: 3000 } as const;
/** The shortest time between the starts of two reads, however often they are asked for. */
const APART_MS = 10;

export type FollowedPoll = {
  /** Reads now. If a read is running, one more read follows it. */
  poll(): void;
  /** Somebody began to follow: the next read comes soon. */
  followed(): void;
  /** Ends the periodic reads. */
  stop(): void;
};

/**
 * Reads a feed again and again. `read` says whether it found something. `unfollowed`: whether to
 * read slowly or never while nobody follows. `restTimes`: the pause lasts at least so many times as
 * long as the read, so that a read of much does not fill the time of the database.
 */
export function pollWhileFollowed(
  read: () => Promise<boolean>,
  {
    isFollowed,
    unfollowed,
    restTimes = 0,
  }: {
    readonly isFollowed: () => boolean;
    readonly unfollowed: 'slowly' | 'never';
    readonly restTimes?: number;
  },
  onError: (error: unknown) => void,
): FollowedPoll {
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let stopped = false;

  /** The earlier one of two plans counts. */
  function planIn(ms: number): void {
    const at = performance.now() + ms;
    if (stopped || at >= dueAt) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(poll, ms);
  }

  const poll = coalesce(
    async () => {
      clearTimeout(timer);
      dueAt = Number.POSITIVE_INFINITY;
      const beganAt = performance.now();
      let found = false;
      try {
        found = await read();
      } finally {
        const restMs = restTimes * (performance.now() - beganAt);
        const { changing, still, unfollowed: slowly } = READ_EVERY_MS;
        if (isFollowed()) planIn(Math.min(slowly, Math.max(restMs, found ? changing : still)));
        else if (unfollowed === 'slowly') planIn(slowly);
      }
    },
    onError,
    APART_MS,
  );
  if (unfollowed === 'slowly') planIn(READ_EVERY_MS.unfollowed);

  return {
    poll,
    followed: () => planIn(READ_EVERY_MS.still),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
