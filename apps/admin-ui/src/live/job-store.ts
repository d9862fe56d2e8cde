import type { WireJob } from '@renderdeck/contract';

export type JobStore = {
  get(id: string): WireJob | undefined;
  /** Keeps each job unless a newer version of it is known. */
  put(jobs: readonly WireJob[]): void;
  /** Updates the progress of known jobs; a lower number is an old message and is dropped. */
  putProgress(steps: readonly { readonly id: string; readonly progress: number }[]): void;
  subscribe(id: string, listener: () => void): () => void;
  clear(): void;
};

/** Every job that the page has received. Listeners are per job, so a change renders one row. */
export function createJobStore(): JobStore {
  const jobs = new Map<string, WireJob>();
  const listeners = new Map<string, Set<() => void>>();

  function set(job: WireJob): void {
    jobs.set(job.id, job);
    for (const listener of listeners.get(job.id) ?? []) listener();
  }

  return {
    get: (id) => jobs.get(id),
    put(incoming) {
      for (const job of incoming) {
        const known = jobs.get(job.id);
        if (known === undefined || job.version > known.version) set(job);
        else if (job.version === known.version)
          set({ ...job, progress: Math.max(job.progress, known.progress) });
      }
    },
    putProgress(steps) {
      for (const { id, progress } of steps) {
        const known = jobs.get(id);
        if (known !== undefined && progress > known.progress) set({ ...known, progress });
      }
    },
    subscribe(id, listener) {
      const ofJob = listeners.get(id) ?? new Set();
      listeners.set(id, ofJob.add(listener));
      return () => {
        ofJob.delete(listener);
        if (ofJob.size === 0 && listeners.get(id) === ofJob) listeners.delete(id);
      };
    },
    clear: () => jobs.clear(),
  };
}
