import type { JobChangeEvent, WireJob } from '@renderdeck/contract';
import { followStream, type Handlers, retryWhileAway } from './follow-stream.ts';

/** One frame of the stream of changes. `id` is the cursor after which a stream resumes. */
export type JobEvent = { readonly id: string; readonly data: JobChangeEvent };
export type JobReads = {
  readonly getJob: { query(input: { readonly id: string }): Promise<{ readonly job: WireJob }> };
  readonly onJobChange: {
    subscribe(
      input: { lastEventId: string | null },
      handlers: Handlers<JobEvent>,
    ): { unsubscribe(): void };
  };
};

/**
 * Waits until the job is as wanted; after the time limit it returns the job as it is. Null: no time
 * limit. A late answer never replaces the job by an earlier version, unless changes may be missing.
 */
export async function untilJob(
  api: JobReads,
  id: string,
  isWanted: (job: WireJob) => boolean,
  withinMs: number | null = null,
): Promise<WireJob> {
  const deadline = withinMs === null ? Number.POSITIVE_INFINITY : Date.now() + withinMs;
  const read = () => retryWhileAway(async () => (await api.getJob.query({ id })).job, deadline);
  let job = await read();
  const take = (now: WireJob | undefined, mayGoBack = false) => {
    if (now !== undefined && (mayGoBack || now.version >= job.version)) job = now;
  };
  let gaps = 0;
  let lastEventId: string | null = null;
  let reading: Promise<unknown> = Promise.resolve();
  const stream = followStream<JobEvent>(
    (handlers) => api.onJobChange.subscribe({ lastEventId }, handlers),
    ({ id: cursor, data }, end) => {
      lastEventId = cursor;
      if (data.type === 'changes') take(data.changes.findLast((one) => one.job.id === id)?.job);
      // The job may have changed between the first read and the first frame, or in a gap.
      if (data.type === 'alive') {
        if (data.gap) gaps += 1;
        const before = gaps;
        reading = read().then((now) => {
          if (before === gaps) take(now, data.gap);
          if (isWanted(job)) end();
        });
        reading.catch(end);
      }
      if (isWanted(job)) end();
    },
  );
  const timer = withinMs === null ? undefined : setTimeout(stream.end, withinMs);
  try {
    await stream.done;
    await reading;
    return job;
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until the job has ended, however it ends; after the time limit returns it as it is. */
export async function untilEnded(
  api: JobReads,
  id: string,
  withinMs: number | null = null,
): Promise<WireJob> {
  return await untilJob(api, id, ({ endedAt }) => endedAt !== null, withinMs);
}
