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
/** Longer than any pause between two tries: a connection that hangs is given up and tried anew. */
const RECONNECT_EVERY_MS = 15_000;

/** Follows the farm until the returned function is called. */
export function followChanges(api: Api): () => void {
  const { client, clock, connection, jobs, changes, queryClient, trpc } = api;
  const refreshList = atMostEvery(
    REFRESH_EVERY_MS,
    () => void queryClient.invalidateQueries({ queryKey: trpc.listJobs.pathKey() }),
  );
  const isLost = () =>
    connection.state().kind === 'notLive' || connection.state().kind === 'offline';
  let cursor: string | null = null;
  let wasUp = false;

  const stopJobs = keepSubscribed((ended) =>
    client.onJobChange.subscribe(
      { lastEventId: cursor },
      {
        onData({ id, data: event }) {
          cursor = id;
          clock.learn(event.at);
          if (event.type === 'alive' && event.gap) {
            connection.missed();
            void queryClient.invalidateQueries();
          }
          connection.heard();
          if (event.type === 'progress') jobs.putProgress(event.jobs);
          if (event.type !== 'change') return;
          const before = jobs.get(event.job.id);
          jobs.put([event.job]);
          changes.tell({ change: event, before });
          void queryClient.invalidateQueries({
            queryKey: trpc.getJob.queryKey({ id: event.job.id }),
          });
          refreshList.ask();
        },
        onConnectionStateChange({ state }) {
          if (state === 'connecting') connection.lost();
          if (state !== 'pending') return;
          if (wasUp) void queryClient.invalidateQueries();
          wasUp = true;
        },
        onComplete: () => ended(0),
        onError(error) {
          connection.lost();
          if (problemOf(error)?.code === 'unauthenticated')
            void queryClient.invalidateQueries({ queryKey: trpc.me.queryKey() });
          ended(RESUBSCRIBE_MS);
        },
      },
    ),
  );
  const stopHosts = followHosts(api);

  /** A machine that slept holds a socket that looks open: drop it rather than wait for a time-out. */
  function wakeUp(): void {
    connection.look();
    if (document.visibilityState === 'visible' && connection.state().kind !== 'live')
      api.dropSocket();
  }
  const timers = [
    setInterval(connection.look, 1_000),
    setInterval(() => isLost() && refreshList.ask(), POLL_EVERY_MS),
    setInterval(() => isLost() && api.dropSocket(), RECONNECT_EVERY_MS),
  ];
  document.addEventListener('visibilitychange', wakeUp);
  window.addEventListener('online', wakeUp);
  return () => {
    for (const timer of timers) clearInterval(timer);
    refreshList.stop();
    stopHosts();
    stopJobs();
    document.removeEventListener('visibilitychange', wakeUp);
    window.removeEventListener('online', wakeUp);
  };
}

/** Keeps the list of hosts as the farm tells it. */
function followHosts({ client, queryClient, trpc }: Api): () => void {
  return keepSubscribed((ended) =>
    client.onHostChange.subscribe(undefined, {
      onData(host) {
        queryClient.setQueryData(trpc.listHosts.queryKey(), (known) => {
          if (known === undefined) return known;
          const others = known.hosts.filter(({ name }) => name !== host.name);
          return { hosts: [...others, host].sort((a, b) => a.name.localeCompare(b.name)) };
        });
      },
      onComplete: () => ended(0),
      onError: () => ended(RESUBSCRIBE_MS),
    }),
  );
}

/** Subscribes anew, after the time that `ended` is told, whenever the stream is over; until the returned function is called. */
function keepSubscribed(
  subscribe: (ended: (afterMs: number) => void) => { unsubscribe(): void },
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let subscription = subscribe(again);
  let stopped = false;
  function again(afterMs: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!stopped) subscription = subscribe(again);
    }, afterMs);
  }
  return () => {
    stopped = true;
    clearTimeout(timer);
    subscription.unsubscribe();
  };
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
