import type { WireJob } from '@renderdeck/contract';
import { WebSocket } from 'ws';
import { z } from 'zod';

const frame = z.object({
  type: z.string(),
  job: z.object({ id: z.string() }).loose().optional(),
  jobs: z.array(z.object({ id: z.string(), progress: z.number() })).optional(),
});

/** A job as the stream last told it, with its progress. */
type Told = Pick<WireJob, 'id' | 'status' | 'startedAt'>;

const told = z.object({
  id: z.string(),
  status: z.enum(['QUEUED', 'RENDERING', 'CANCELLING', 'CANCELLED', 'COMPLETED', 'FAILED']),
  startedAt: z.string().nullable(),
});

/** Follows the public stream of changes; `until` resolves with the first word of a job that fits, or fails when the time is over. */
export async function watchJobs(url: string, cookie: string) {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/events`, { headers: { cookie } });
  const jobs = new Map<string, Told>();
  const progress = new Map<string, number>();
  const hearers = new Set<() => void>();
  socket.on('message', (data) => {
    const event = frame.parse(JSON.parse(String(data)));
    for (const moved of event.jobs ?? []) progress.set(moved.id, moved.progress);
    const job = told.safeParse(event.job);
    if (job.success) jobs.set(job.data.id, job.data);
    for (const hear of hearers) hear();
  });
  await new Promise<void>((resolve, reject) => {
    // The first frame says that every change from now on is heard.
    socket.once('message', () => resolve());
    socket.once('error', reject);
  });

  return {
    close: () => socket.close(),
    until(
      what: string,
      id: string,
      fits: (job: Told | null, percent: number) => boolean,
      withinMs: number,
    ): Promise<Told | null> {
      return new Promise((resolve, reject) => {
        const end = () => {
          clearTimeout(over);
          hearers.delete(look);
        };
        const look = () => {
          const job = jobs.get(id) ?? null;
          if (!fits(job, progress.get(id) ?? 0)) return;
          end();
          resolve(job);
        };
        const over = setTimeout(() => {
          end();
          reject(
            new Error(
              `${what} did not come within ${withinMs / 1000} s; last seen ${jobs.get(id)?.status ?? 'nothing'}, ${progress.get(id) ?? 0} %.`,
            ),
          );
        }, withinMs);
        hearers.add(look);
        look();
      });
    },
  };
}
