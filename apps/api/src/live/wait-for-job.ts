import type { JobView } from '@renderdeck/operations';
import type { ChangePoller } from './change-poller.ts';

export type JobWatch = {
  /** Ends the watch. */
  stop(): void;
  /**
   * Returns the first view since `watch` for which `matches` is true. Returns null if the time is
   * over, the signal aborts or the server stops.
   */
  until(
    matches: (view: JobView) => boolean,
    withinMs: number,
    signal: AbortSignal | undefined,
  ): Promise<JobView | null>;
};

/**
 * Lets callers wait for a change of one job. Call `watch` before the action and `until` after it.
 */
export function createJobWaits({ batches }: Pick<ChangePoller, 'batches'>) {
  const waits = new Set<() => void>();
  const watches = new Set<{ readonly jobId: string }>();
  let stopped = false;

  function watch(jobId: string): JobWatch {
    let last: JobView | null = null;
    let check = () => {};
    const own = { jobId };
    watches.add(own);
    const unsubscribe = batches.subscribe(({ changes }) => {
      const found = changes.findLast(({ view }) => view.job.id === jobId);
      if (found === undefined) return;
      last = found.view;
      check();
    });
    const stop = () => {
      watches.delete(own);
      unsubscribe();
    };
    return {
      stop,
      until: (matches, withinMs, signal) =>
        new Promise((resolve) => {
          const end = (view: JobView | null) => {
            clearTimeout(timer);
            waits.delete(giveUp);
            signal?.removeEventListener('abort', giveUp);
            stop();
            resolve(view);
          };
          const giveUp = () => end(null);
          const timer = setTimeout(giveUp, withinMs);
          signal?.addEventListener('abort', giveUp, { once: true });
          waits.add(giveUp);
          check = () => {
            if (last !== null && matches(last)) end(last);
          };
          check();
          if (stopped || signal?.aborted) giveUp();
        }),
    };
  }

  return {
    watch,
    /** Whether somebody waits for this job, or with an empty id for any job. */
    isWatched: (jobId: string): boolean =>
      [...watches].some((watched) => jobId === '' || watched.jobId === jobId),
    /** Ends every wait, also waits that begin later. */
    stop(): void {
      stopped = true;
      for (const giveUp of [...waits]) giveUp();
    },
  };
}
