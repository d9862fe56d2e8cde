import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

export type NexrenderJob = {
  readonly uid: string;
  readonly state: string;
  readonly [name: string]: unknown;
};
type Options = { readonly host: string; readonly secret?: string; readonly polling?: number };
type Client = {
  listJobs(): Promise<NexrenderJob[]>;
  fetchJob(id: string): Promise<NexrenderJob>;
  pickupJob(selector?: string): Promise<unknown>;
  addJob(job: object): Promise<EventEmitter>;
  resumeJob(id: string): Promise<EventEmitter>;
  updateJob(id: string, data: object): Promise<NexrenderJob>;
  removeJob(id: string): Promise<unknown>;
};

/** The published client of nexrender-server. It has no types. */
const { createClient }: { createClient(options: Options): Client } = createRequire(import.meta.url)(
  '@nexrender/api',
);

export { createClient };

/** Collects the names of all events of a job. `ended` resolves with the job when it ends. */
export function collectEvents(events: EventEmitter): {
  readonly seen: string[];
  readonly ended: Promise<NexrenderJob>;
} {
  const seen: string[] = [];
  for (const name of [
    'created',
    'queued',
    'started',
    'render:setup',
    'render:dorender',
    'render:postrender',
    'render:cleanup',
  ])
    events.on(name, () => void seen.push(name));
  events.on(
    'progress',
    (_job: NexrenderJob, percent: number) => void seen.push(`progress ${percent}`),
  );
  const ended = new Promise<NexrenderJob>((resolve) => {
    for (const name of ['finished', 'error']) {
      // The client polls before it has the last answer, so a late answer may repeat an end.
      events.on(name, (job: NexrenderJob) => {
        seen.push(name);
        resolve(job);
      });
    }
  });
  return { seen, ended };
}
