/*
 * How the page stays true, told once.
 *
 * 1. One subscription carries every change. It opens with an `alive` frame, repeated as a heartbeat; each frame carries the cursor from
 *    which the next connection resumes, so that a dropped socket loses nothing.
 * 2. A change patches its own job at once. Places in the queue move with it, so the list is asked for again: at once after a quiet time,
 *    else at most every two seconds. A job's version never goes backward.
 * 3. After a reconnect, and after a gap that could not be replayed, everything is asked for again.
 * 4. While the stream is not live the list is polled over HTTP, and the footer says how old the page is.
 */
import type { Api } from './api.ts';
import { problemOf } from './problem.ts';

const REFRESH_EVERY_MS = 2_000;
const POLL_EVERY_MS = 4_000;
const RESUBSCRIBE_MS = 2_000;

/** Follows the farm until the returned function is called. */
export function followChanges(api: Api): () => void {
  const { client, clock, connection, jobs, changes, queryClient, trpc } = api;
  const refreshList = atMostEvery(REFRESH_EVERY_MS, () => void queryClient.invalidateQueries({ queryKey: trpc.listJobs.pathKey() }));
  let subscription = { unsubscribe: () => {} };
  let again: ReturnType<typeof setTimeout> | undefined;
  let wasUp = false;

  function refreshAll(): void {
    void queryClient.invalidateQueries();
  }

  function subscribe(): void {
    subscription = client.onJobChange.subscribe(
      {},
      {
        onData({ data: event }) {
          clock.learn(event.at);
          if (event.type === 'alive' && event.gap) {
            connection.missed();
            refreshAll();
          }
          connection.heard();
          if (event.type === 'progress') jobs.putProgress(event.jobs);
          if (event.type !== 'change') return;
          const before = jobs.get(event.job.id);
          jobs.put([event.job]);
          changes.tell({ change: event, before });
          void queryClient.invalidateQueries({ queryKey: trpc.getJob.queryKey({ id: event.job.id }) });
          refreshList.ask();
        },
        onConnectionStateChange({ state }) {
          if (state === 'connecting') connection.lost();
          if (state !== 'pending') return;
          if (wasUp) refreshAll();
          wasUp = true;
        },
        onError: (error) => resubscribe(error),
        onStopped: () => resubscribe(null),
      },
    );
  }
  function resubscribe(error: unknown): void {
    connection.lost();
    if (problemOf(error)?.code === 'unauthenticated') void queryClient.invalidateQueries({ queryKey: trpc.me.queryKey() });
    clearTimeout(again);
    again = setTimeout(subscribe, RESUBSCRIBE_MS);
  }
  /** A machine that slept holds a socket that looks open: drop it rather than wait for a time-out. */
  function wakeUp(): void {
    connection.look();
    if (document.visibilityState === 'visible' && connection.state().kind !== 'live') api.dropSocket();
  }

  const looking = setInterval(connection.look, 1_000);
  const polling = setInterval(() => {
    if (connection.state().kind !== 'live' && connection.state().kind !== 'reconnecting') refreshList.ask();
  }, POLL_EVERY_MS);
  const hosts = followHosts(api);
  subscribe();
  document.addEventListener('visibilitychange', wakeUp);
  window.addEventListener('online', wakeUp);
  return () => {
    for (const timer of [looking, polling]) clearInterval(timer);
    clearTimeout(again);
    refreshList.stop();
    hosts();
    subscription.unsubscribe();
    document.removeEventListener('visibilitychange', wakeUp);
    window.removeEventListener('online', wakeUp);
  };
}

/** Keeps the list of hosts as the farm tells it. */
function followHosts({ client, queryClient, trpc }: Api): () => void {
  const subscription = client.onHostChange.subscribe(undefined, {
    onData(host) {
      queryClient.setQueryData(trpc.listHosts.queryKey(), (known) => {
        if (known === undefined) return known;
        const others = known.hosts.filter(({ name }) => name !== host.name);
        return { hosts: [...others, host].sort((a, b) => a.name.localeCompare(b.name)) };
      });
    },
  });
  return () => subscription.unsubscribe();
}

/** Runs `act` at once after a quiet time, else once at the end of the running interval. */
function atMostEvery(intervalMs: number, act: () => void): { ask(): void; stop(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = false;
  function run(): void {
    asked = false;
    act();
    timer = setTimeout(() => {
      timer = undefined;
      if (asked) run();
    }, intervalMs);
  }
  return {
    ask() {
      if (timer === undefined) run();
      else asked = true;
    },
    stop: () => clearTimeout(timer),
  };
}
