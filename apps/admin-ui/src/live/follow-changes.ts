/*
 * How the page stays up to date.
 *
 * 1. One subscription carries every job change. Its first frame is `alive`, which repeats as a
 *    heartbeat. Each frame carries a cursor, and a new connection resumes after that cursor.
 * 2. A change updates its own job at once. It may also move other jobs in the queue, so the list
 *    is refetched: at once after a quiet time, else at most every 2 s. A job's version never
 *    goes backward, except after a gap: a failover of the database may have lost the newest one.
 * 3. After a reconnect, and after a gap that cannot be replayed, every query is refetched. Frames
 *    are numbered: one that is missing counts as a gap, even if the socket never closed.
 * 4. A host that offers other tags than before may claim jobs that no host could claim: the queries
 *    of jobs are refetched.
 * 5. While the stream is not live, the list is polled over HTTP. Its answers also tell whether the
 *    server can be reached at all.
 */

import { problemOf } from '@renderdeck/client/problem';
import type { WireHost } from '@renderdeck/contract';
import type { Api } from '../api/api.ts';
import { getJobOptions } from '../api/get-job.ts';
import { listHostsOptions } from '../api/list-hosts.ts';
import { meOptions } from '../api/me.ts';
import { keepSubscribed } from './keep-subscribed.ts';
import { throttle } from './throttle.ts';

const REFRESH_EVERY_MS = 2_000;
const POLL_EVERY_MS = 4_000;
const RESUBSCRIBE_MS = 2_000;
/** Longer than any pause between two attempts, so it replaces only a connection that hangs. */
const RECONNECT_EVERY_MS = 15_000;

/** Follows the farm until the returned function is called. */
export function followChanges(api: Api): () => void {
  const { connection, queryClient, trpc } = api;
  const refreshList = throttle(
    () => void queryClient.invalidateQueries({ queryKey: trpc.listJobs.pathKey() }),
    REFRESH_EVERY_MS,
  );
  const isLost = () =>
    connection.state().kind === 'notLive' || connection.state().kind === 'offline';
  const unfollowJobs = followJobs(api, refreshList.call);
  const unfollowHosts = followHosts(api);

  // After sleep, a dead socket still looks open: replace it instead of waiting for its timeout.
  function onVisibleOrOnline(): void {
    connection.refresh();
    if (document.visibilityState === 'visible' && connection.state().kind !== 'live')
      api.reconnect();
  }
  // The browser knows at once that it has no network; a socket learns it from a timeout.
  const onOffline = () => connection.onNetwork(false);
  const onOnline = () => {
    connection.onNetwork(true);
    onVisibleOrOnline();
  };
  const timers = [
    setInterval(connection.refresh, 1_000),
    setInterval(() => isLost() && refreshList.call(), POLL_EVERY_MS),
    setInterval(() => isLost() && api.reconnect(), RECONNECT_EVERY_MS),
  ];
  document.addEventListener('visibilitychange', onVisibleOrOnline);
  window.addEventListener('online', onOnline);
  window.addEventListener('offline', onOffline);
  return () => {
    for (const timer of timers) clearInterval(timer);
    refreshList.cancel();
    unfollowHosts();
    unfollowJobs();
    document.removeEventListener('visibilitychange', onVisibleOrOnline);
    window.removeEventListener('online', onOnline);
    window.removeEventListener('offline', onOffline);
  };
}

function followJobs(api: Api, refreshList: () => void): () => void {
  const { client, clock, connection, jobs, changes, queryClient } = api;
  let cursor: string | null = null;
  let wasConnected = false;
  let lastSeq = 0;
  /** As the last `alive` frame said: how many changes come before the page is up to date. */
  let missed = 0;

  return keepSubscribed((onEnd) =>
    client.onJobChange.subscribe(
      { lastEventId: cursor },
      {
        onData({ id, data: event }) {
          cursor = id;
          if (event.type !== 'changes') clock.sync(event.at);
          const isNewStream = event.seq === 1;
          const lostFrames = !isNewStream && event.seq !== lastSeq + 1;
          lastSeq = event.seq;
          if (event.type === 'alive') missed = event.missed;
          if (lostFrames || (event.type === 'alive' && event.gap)) {
            connection.onGap();
            jobs.acceptOlder();
            void queryClient.invalidateQueries();
          }
          connection.onMessage(missed);
          if (event.type === 'progress') jobs.putProgress(event.jobs);
          if (event.type !== 'changes') return;
          for (const change of event.changes) {
            const before = jobs.get(change.job.id);
            jobs.put([change.job]);
            changes.emit({ change, before });
          }
          for (const id of new Set(event.changes.map(({ job }) => job.id))) {
            const { queryKey } = getJobOptions(api, id);
            void queryClient.invalidateQueries({ queryKey });
          }
          refreshList();
        },
        onConnectionStateChange({ state }) {
          if (state === 'connecting') connection.onStreamLost();
          if (state !== 'pending') return;
          if (wasConnected) void queryClient.invalidateQueries();
          wasConnected = true;
        },
        onComplete: () => onEnd(0),
        onError(error) {
          connection.onStreamLost();
          if (problemOf(error)?.code === 'unauthenticated')
            void queryClient.invalidateQueries({ queryKey: meOptions(api).queryKey });
          onEnd(RESUBSCRIBE_MS);
        },
      },
    ),
  );
}

function followHosts(api: Api): () => void {
  const { client, queryClient } = api;
  return keepSubscribed((onEnd) =>
    client.onHostChange.subscribe(undefined, {
      onData(host) {
        const before = queryClient.getQueryData(listHostsOptions(api).queryKey);
        const was = before?.hosts.find(({ name }) => name === host.name);
        // Jobs may wait for these tags. No change of a job says that a host may claim it now.
        if (offersOf(was) !== offersOf(host)) refreshJobs(api);
        queryClient.setQueryData(listHostsOptions(api).queryKey, (known) => {
          if (known === undefined) return known;
          const others = known.hosts.filter(({ name }) => name !== host.name);
          const hosts = [...others, host].sort((a, b) => a.name.localeCompare(b.name));
          return { ...known, hosts };
        });
      },
      onComplete: () => onEnd(0),
      onError: () => onEnd(RESUBSCRIBE_MS),
    }),
  );
}

/** The tags that a known host offers, as one text. */
function offersOf(host: WireHost | undefined): string {
  return host === undefined || host.gone !== null || host.released !== null ? '' : host.tags.join();
}

function refreshJobs({ queryClient, trpc }: Api): void {
  for (const { pathKey } of [trpc.listJobs, trpc.getJob])
    void queryClient.invalidateQueries({ queryKey: pathKey() });
}
