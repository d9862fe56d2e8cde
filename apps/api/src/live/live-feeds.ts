import type { WireHost } from '@renderdeck/contract';
import { createHostReader, findLogEnds, STOPS_CHANNEL } from '@renderdeck/operations';
import type { Database, Store } from '@renderdeck/store/connect';
import { startChangePoller } from './change-poller.ts';
import { startHostFeed } from './host-feed.ts';
import { createJobStream } from './job-stream.ts';
import { createLogStream } from './log-stream.ts';
import { createJobWaits } from './wait-for-job.ts';

export type LiveFeeds = ReturnType<typeof openLiveFeeds>;

/**
 * Opens all live feeds that the clients of this process can follow. change-poller.ts describes how
 * a change reaches them.
 */
export function openLiveFeeds(db: Database, onError: (error: unknown) => void) {
  const changes = startChangePoller(db, onError);
  const hostReader = createHostReader();
  const hosts = startHostFeed(() => hostReader.read(db), onError);
  const jobs = createJobStream(db, changes, hosts);
  const logs = createLogStream(changes, (attemptIds) => findLogEnds(db, attemptIds), onError);
  const waits = createJobWaits(changes);
  return {
    pollChanges: changes.poll,
    /** Follows every job change from now on, or since a cursor. */
    followJobs: jobs.follow,
    hostReader,
    followHosts: (signal: AbortSignal): AsyncIterable<WireHost> => hosts.hosts.open(signal),
    /** Gives hints to read the log of a job again. */
    followLog: logs.follow,
    /** Watches one job from now on. */
    watchJob: waits.watch,
    /**
     * Subscribes to the ends of stops. One that a client waits for starts a poll, and so does each
     * new connection.
     */
    async listen(listener: ReturnType<Store['listener']>): Promise<void> {
      const hear = (jobId: string) => {
        if (waits.isWatched(jobId)) changes.poll();
      };
      await listener.subscribe(STOPS_CHANNEL, hear, changes.poll);
    },
    /**
     * Ends the polls, the waits, and the streams of hosts and logs. A stream of job changes ends
     * when its connection ends.
     */
    stop(): void {
      changes.stop();
      hosts.stop();
      waits.stop();
      logs.stop();
    },
  };
}
