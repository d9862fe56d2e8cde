import { type JobChangeEvent, type WireHost, wireRange, wireTransfer } from '@renderdeck/contract';
import type { ListedHost } from '@renderdeck/operations';
import { wireHost } from '../port/to-wire.ts';
import { Fanout } from './fanout.ts';
import { pollWhileFollowed } from './poll-while-followed.ts';

/** Above this number of jobs, what was sent of the job that changed first is forgotten. */
const MAX_KEPT = 10_000;
/** One read looks at all hosts, so it takes at most a tenth of the time. */
const REST_TIMES = 9;

export type ProgressEvent = Extract<JobChangeEvent, { type: 'progress' }>;

export type HostFeed = {
  readonly hosts: Fanout<WireHost>;
  /**
   * The progress of running jobs. Progress does not change the version of a job, so this feed reads
   * it together with the hosts.
   */
  readonly progress: Fanout<ProgressEvent>;
  /** Ends the periodic polls, and ends every reader of hosts. */
  stop(): void;
};

/**
 * Polls the render hosts once for all clients while somebody follows, and sends each host and each
 * progress that changed.
 */
export function startHostFeed(
  readHosts: () => Promise<readonly ListedHost[]>,
  onError: (error: unknown) => void,
): HostFeed {
  const onSubscribe = () => polling.followed();
  const hosts = new Fanout<WireHost>({ onSubscribe });
  const progress = new Fanout<ProgressEvent>({ onSubscribe });
  const changedHosts = findChangedHosts();
  const changedProgress = findChangedProgress();
  const read = async () => {
    const views = await readHosts();
    const jobs = views.flatMap(changedProgress);
    if (jobs.length > 0) progress.send({ type: 'progress', at: new Date().toISOString(), jobs });
    const changed = changedHosts(views);
    for (const host of changed) hosts.send(host);
    return jobs.length > 0 || changed.length > 0;
  };
  const isFollowed = () => hosts.followers() + progress.followers() > 0;
  const polling = pollWhileFollowed(
    read,
    { isFollowed, unfollowed: 'never', restTimes: REST_TIMES },
    onError,
  );
  return {
    hosts,
    progress,
    stop() {
      polling.stop();
      hosts.close();
    },
  };
}

/** A host does not count as changed if only its heartbeat and what its jobs use have changed. */
function findChangedHosts(): (views: readonly ListedHost[]) => WireHost[] {
  const sent = new Map<string, { readonly view: ListedHost; readonly text: string }>();
  return (views) =>
    views.flatMap((view) => {
      const before = sent.get(view.name);
      if (before?.view === view) return [];
      const host = wireHost(view);
      const text = JSON.stringify({ ...host, lastHeardAt: '', jobs: host.jobs.map(withoutUsage) });
      sent.set(host.name, { view, text });
      return before?.text === text ? [] : [host];
    });
}

const withoutUsage = ({ usage: _, ...job }: WireHost['jobs'][number]) => job;

function findChangedProgress(): (view: ListedHost) => ProgressEvent['jobs'] {
  const sent = new Map<string, string>();
  // The start of an attempt already tells clients that progress is 0 and the time left is unknown.
  const first = textOf({ progress: 0, timeLeftMs: null, endsAt: null, transfer: null });
  return ({ jobs }) => {
    const changed = jobs.filter((job) => (sent.get(job.id) ?? first) !== textOf(job));
    for (const job of changed) {
      sent.delete(job.id); // so that the map has the order of the last changes
      sent.set(job.id, textOf(job));
    }
    for (const id of sent.keys()) {
      if (sent.size <= MAX_KEPT) break;
      sent.delete(id);
    }
    return changed.map(({ id, progress, timeLeftMs, endsAt, transfer }) => {
      const wire = transfer === null ? null : wireTransfer(transfer);
      return { id, progress, timeLeftMs, endsAt: wireRange(endsAt), transfer: wire };
    });
  };
}

type Progress = Pick<ListedHost['jobs'][number], 'progress' | 'timeLeftMs' | 'endsAt' | 'transfer'>;

function textOf({ progress, timeLeftMs, endsAt, transfer }: Progress): string {
  return JSON.stringify([progress, timeLeftMs, endsAt, transfer]);
}
