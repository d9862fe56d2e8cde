import type { WireJob, WireTimeRange } from '@renderdeck/contract';

type Progress = Pick<WireJob, 'id' | 'progress' | 'timeLeftMs' | 'transfer'> & {
  readonly endsAt?: WireTimeRange | null | undefined;
};

export type JobStore = {
  get(id: string): WireJob | undefined;
  /** Keeps each job unless a newer version of it is known. */
  put(jobs: readonly WireJob[]): void;
  /**
   * Lets the next state of each job replace the known one, whatever its version: the database
   * may have lost the known one. Until then the known one stays.
   */
  acceptOlder(): void;
  /** Updates the progress of known jobs; a lower number is an old message and is dropped. */
  putProgress(steps: readonly Progress[]): void;
  subscribe(id: string, listener: () => void): () => void;
  clear(): void;
};

/** Every job that the page has received. Listeners are per job, so a change renders one row. */
export function createJobStore(): JobStore {
  const jobs = new Map<string, WireJob>();
  const listeners = new Map<string, Set<() => void>>();
  const maybeLost = new Set<string>();

  function set(job: WireJob): void {
    jobs.set(job.id, job);
    maybeLost.delete(job.id);
    for (const listener of listeners.get(job.id) ?? []) listener();
  }

  return {
    get: (id) => jobs.get(id),
    put(incoming) {
      for (const job of incoming) {
        const known = jobs.get(job.id);
        const isNew = known === undefined || maybeLost.has(job.id);
        if (isNew || job.version > known.version) set(job);
        else if (job.version === known.version)
          set({
            ...job,
            progress: Math.max(job.progress, known.progress),
            transfer: isOlder(job, known) ? known.transfer : job.transfer,
          });
      }
    },
    acceptOlder() {
      for (const id of jobs.keys()) maybeLost.add(id);
    },
    putProgress(steps) {
      for (const step of steps) {
        const { id, progress, timeLeftMs, endsAt, transfer } = step;
        const known = jobs.get(id);
        if (known === undefined || maybeLost.has(id) || progress < known.progress) continue;
        const isSame = progress === known.progress && timeLeftMs === known.timeLeftMs;
        if (isOlder(step, known) || (isSame && !endsAt && transfer === known.transfer)) continue;
        set({ ...known, progress, timeLeftMs, transfer, estimate: withEnd(known, endsAt) });
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
    clear() {
      jobs.clear();
      maybeLost.clear();
    },
  };
}

/** The known estimate with a newer end. */
function withEnd({ estimate }: WireJob, endsAt: Progress['endsAt']): WireJob['estimate'] {
  if (!endsAt) return estimate;
  return { startsAt: null, ground: estimate?.ground ?? null, endsAt, notKnown: null };
}

/** Whether a report of a transfer is older than the known one. */
function isOlder(one: Pick<WireJob, 'transfer'>, known: Pick<WireJob, 'transfer'>): boolean {
  if (!one.transfer || !known.transfer) return false;
  return Date.parse(one.transfer.reportedAt) < Date.parse(known.transfer.reportedAt);
}
