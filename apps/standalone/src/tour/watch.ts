import type { Api } from '@renderdeck/client';
import type { WireJob } from '@renderdeck/contract';

export type Watch = {
  /** Resolves with the job when it matches. Rejects if that takes longer than `withinMs`. */
  until(
    what: string,
    jobId: string,
    matches: (job: WireJob | null, percent: number) => boolean,
    withinMs: number,
  ): Promise<WireJob | null>;
  close(): void;
};

/** Follows the live stream and keeps each job, and its progress, as they were last sent. */
export async function watchJobs(api: Api): Promise<Watch> {
  const jobs = new Map<string, WireJob>();
  const progress = new Map<string, number>();
  const listeners = new Set<() => void>();
  let close = () => {};
  await new Promise<void>((resolve, reject) => {
    const subscription = api.onJobChange.subscribe(
      {},
      {
        onData({ data }) {
          if (data.type === 'changes') for (const { job } of data.changes) jobs.set(job.id, job);
          if (data.type === 'progress')
            for (const job of data.jobs) progress.set(job.id, job.progress);
          // After the first event of any type, the stream misses no change.
          resolve();
          for (const check of listeners) check();
        },
        onError: reject,
      },
    );
    close = () => subscription.unsubscribe();
  });

  return {
    close,
    until(what, jobId, matches, withinMs) {
      return new Promise((resolve, reject) => {
        const end = () => {
          clearTimeout(timer);
          listeners.delete(check);
        };
        const check = () => {
          const job = jobs.get(jobId) ?? null;
          if (!matches(job, progress.get(jobId) ?? 0)) return;
          end();
          resolve(job);
        };
        const timer = setTimeout(() => {
          end();
          const last = `${jobs.get(jobId)?.status ?? 'nothing'}, ${progress.get(jobId) ?? 0} %`;
          reject(new Error(`${what} did not come within ${withinMs / 1000} s; last seen ${last}.`));
        }, withinMs);
        listeners.add(check);
        check();
      });
    },
  };
}
