import type { JobStatus } from '@renderdeck/contract';
import * as operations from '@renderdeck/operations';
import type { Store } from '@renderdeck/store/connect';
import { waitFor } from '@renderdeck/testing/wait-for';

/** Reads the farm's jobs from its database and waits for their changes. */
export function watchJobs(db: Store['db']) {
  /** Reads the job and its attempts from the database. The latest attempt is first. */
  async function readJob(id: string) {
    const found = await operations.getJob({ db }, { id });
    if (!found.ok) throw new Error(`no job ${id}`);
    return found;
  }

  /** Waits until the job matches. After the deadline, throws with the last state of the job. */
  async function untilJob(
    id: string,
    what: string,
    matches: (found: Awaited<ReturnType<typeof readJob>>) => boolean,
    withinMs = 120_000,
  ) {
    return await waitFor(
      async () => {
        const found = await readJob(id);
        if (matches(found)) return found;
        const { view, attempts } = found;
        const { status, attempts: count, failure } = view.job;
        const attempt = `attempt ${count} ${attempts[0]?.phase} at ${view.progress} %`;
        throw new Error(`it is ${status}, ${attempt} ${failure ?? ''}`);
      },
      { withinMs, what: `job ${id} to be ${what}` },
    );
  }

  return {
    readJob,
    untilJob,
    until: (id: string, status: JobStatus, withinMs?: number) =>
      untilJob(id, status, ({ view }) => view.job.status === status, withinMs),
    untilProgress: (id: string, percent: number) =>
      untilJob(id, `at ${percent} %`, ({ view }) => view.progress >= percent),
    async untilPhase(id: string, phase: string) {
      const { attempts } = await untilJob(
        id,
        `in phase ${phase}`,
        (found) => found.attempts[0]?.phase === phase,
      );
      const [latest] = attempts;
      if (latest === undefined) throw new Error('a job in a phase has an attempt');
      return latest;
    },
    /** Returns the job of an attempt. */
    jobOf: async (attemptId: string): Promise<string | null> =>
      (await operations.findAttempt(db, attemptId))?.jobId ?? null,
    /** True if a job on this host has rendered at least this many frames. */
    async isRendering(host: string, frames: number): Promise<boolean> {
      const jobs = (await operations.listHostViews(db))
        .filter(({ name }) => name === host)
        .flatMap((view) => view.jobs);
      const found = await Promise.all(jobs.map(({ id }) => readJob(id)));
      return found.some(({ attempts }) => (attempts[0]?.frame ?? -1) >= frames);
    },
  };
}
