/*
 * Live changes, from a commit to every client, on any number of API processes.
 *
 * 1. A change commits with its line in job_changes and a wake. Wakes may be lost: one look every few seconds, and one after each reconnect, make up.
 * 2. On a wake this process reads, once for all its clients, every change since its cursor. A cursor is a database snapshot: it says which
 *    transactions were seen, so that none is missed in whatever order they commit.
 * 3. Each client gets the batch in its own bounded queue; one that does not keep up is cut off and resumes from its cursor.
 * 4. A client that comes with a cursor is attached first, then reads what it missed, then drops what it got twice (what its cursor has seen). It
 *    reads page by page, each when the one before has left, and few clients read at a time: however many resume, this process holds little.
 * 5. A job never goes back in time: a batch that was read before what its client has seen since gets its jobs read again.
 * 6. Every frame carries the cursor to resume from: within a batch the one before it, with its last change the one after, so that a cut inside a
 *    batch repeats changes and never loses one.
 * Progress is apart: it changes no version, comes by the hosts' wakes, and is read once for all clients.
 */
import type { JobChangeEvent, WireHost } from '@renderdeck/contract';
import {
  type HostView,
  isNewTo,
  type JobChanges,
  type JobView,
  listHostViews,
  readJobChanges,
  readJobChangesInPages,
  readViewsAgain,
} from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { coalesce } from './coalesce.ts';
import { Fanout } from './fanout.ts';
import { fewAtOnce } from './few-at-once.ts';
import { wireHost, wireJob } from './to-wire.ts';

export type Frame = { readonly cursor: string; readonly event: JobChangeEvent };

const LOOK_EVERY_MS = 3000;
const ALIVE_EVERY_MS = 10_000;
const CATCH_UPS_AT_ONCE = 3;

/** `readAt`: its jobs are as they were then, or later. */
type Batch = JobChanges & { readonly readAt: number };

export type LiveChanges = ReturnType<typeof liveChanges>;

export function liveChanges(db: Database, onError: (error: unknown) => void) {
  const batches = new Fanout<Batch>();
  const progress = new Fanout<Extract<JobChangeEvent, { type: 'progress' }>>();
  const hosts = new Fanout<WireHost>();
  const lastHosts = new Map<string, string>();
  const waits = new Set<() => void>();
  const turn = fewAtOnce(CATCH_UPS_AT_ONCE);
  let cursor: string | null = null;
  let stopped = false;

  /** Looks for changes; a wake during a look makes it look once more. */
  const look = coalesce(async () => {
    const before = cursor;
    const readAt = performance.now();
    const read = await readJobChanges(db, before);
    cursor = read.cursor;
    if (before !== null && (read.gap || read.changes.length > 0)) batches.send({ ...read, readAt });
  }, onError);

  const lookAtHosts = coalesce(async () => {
    const views = await listHostViews(db);
    const moved = views.flatMap((view) => changedProgress(view));
    const at = new Date().toISOString();
    if (moved.length > 0) progress.send({ type: 'progress', at, jobs: moved });
    for (const host of views.map(wireHost)) {
      const { lastHeardAt: _, ...facts } = host;
      const text = JSON.stringify(facts);
      if (lastHosts.get(host.name) !== text) hosts.send(host);
      lastHosts.set(host.name, text);
    }
  }, onError);

  const lastProgress = new Map<string, number>();
  function changedProgress(view: HostView) {
    const moved = view.jobs.filter((job) => lastProgress.get(job.id) !== job.progress);
    for (const job of moved) lastProgress.set(job.id, job.progress);
    if (lastProgress.size > 10_000) lastProgress.clear();
    return moved.map((job) => ({ id: job.id, progress: job.progress }));
  }

  const timer = setInterval(() => {
    look();
    lookAtHosts();
  }, LOOK_EVERY_MS);

  return {
    look,
    lookAtHosts,
    stop() {
      stopped = true;
      clearInterval(timer);
      for (const fanout of [batches, progress, hosts]) fanout.close();
      for (const end of [...waits]) end();
    },

    /** Every change from now on, or since a cursor; first a frame that says whether that was possible. Ends when cut, is refused when its reader is too slow. */
    async *follow(since: string | null, signal: AbortSignal): AsyncGenerator<Frame> {
      const merged = new Fanout<{ batch: Batch } | { event: JobChangeEvent }>((next) =>
        'batch' in next ? next.batch.changes.length : 1,
      );
      const frames = merged.open(signal);
      const stops = [
        batches.hear((batch) => merged.send({ batch })),
        progress.hear((event) => merged.send({ event })),
      ];
      const alive = setInterval(
        () => merged.send({ event: { type: 'alive', at: new Date().toISOString(), gap: false } }),
        ALIVE_EVERY_MS,
      );
      try {
        // Attached to what comes; now what was missed. The attached batches go on from a cursor that may lie before or after this one.
        let at = '';
        let begun = false;
        let seenUntil = 0;
        for await (const page of readJobChangesInPages(db, since, turn)) {
          at = page.cursor;
          if (page.changes.length > 0) seenUntil = performance.now();
          const from = since === null || page.gap ? at : since;
          if (!begun || page.gap)
            yield {
              cursor: from,
              event: { type: 'alive', at: new Date().toISOString(), gap: page.gap },
            };
          begun = true;
          yield* framesOf(page.changes, from, page.isLast ? at : from);
          if (signal.aborted) return;
        }
        for await (const next of frames) {
          if ('event' in next) {
            yield { cursor: at, event: next.event };
            continue;
          }
          const { batch } = next;
          if (batch.gap) {
            at = batch.cursor;
            yield { cursor: at, event: { type: 'alive', at: new Date().toISOString(), gap: true } };
            continue;
          }
          const isNew = isNewTo(at);
          const news = batch.changes.filter(({ change }) => isNew(change));
          // A batch read before the catch-up holds nothing new, and its cursor lies behind.
          if (news.length === 0) continue;
          const old = batch.readAt < seenUntil;
          const changes = old ? await turn(() => readViewsAgain(db, news)) : news;
          if (old) seenUntil = performance.now();
          yield* framesOf(changes, at, batch.cursor);
          at = batch.cursor;
        }
      } finally {
        clearInterval(alive);
        for (const stop of stops) stop();
        merged.close();
      }
    },

    /** Watches one job from now on; `until` gives its first view that fits, or null when the time is over, the requestContext is gone, or the server stops. */
    watch(jobId: string) {
      let settle: (() => void) | null = null;
      let last: JobView | null = null;
      const stop = batches.hear((batch) => {
        const found = batch.changes.findLast(({ view }) => view.job.id === jobId);
        if (found === undefined) return;
        last = found.view;
        settle?.();
      });
      return {
        stop,
        async until(
          fits: (view: JobView) => boolean,
          withinMs: number,
          signal: AbortSignal | undefined,
        ): Promise<JobView | null> {
          return await new Promise((resolve) => {
            const end = (view: JobView | null) => {
              clearTimeout(over);
              waits.delete(gone);
              signal?.removeEventListener('abort', gone);
              stop();
              resolve(view);
            };
            const gone = () => end(null);
            const over = setTimeout(gone, withinMs);
            signal?.addEventListener('abort', gone, { once: true });
            waits.add(gone);
            settle = () => {
              if (last !== null && fits(last)) end(last);
            };
            settle();
            if (stopped || signal?.aborted) gone();
          });
        },
      };
    },

    /** Calls `hear` whenever that job has changed, or may have, until the function it gives is called. */
    hearJob: (jobId: string, hear: () => void): (() => void) =>
      batches.hear(({ gap, changes }) => {
        if (gap || changes.some(({ change }) => change.jobId === jobId)) hear();
      }),

    followHosts: (signal: AbortSignal): AsyncIterable<WireHost> => hosts.open(signal),
  };
}

/** One after the other, so that a client that takes them slowly holds one. */
function* framesOf(
  changes: JobChanges['changes'],
  before: string,
  after: string,
): Generator<Frame> {
  for (const [index, { change, view }] of changes.entries()) {
    yield {
      cursor: index === changes.length - 1 ? after : before,
      event: {
        type: 'change',
        at: change.at,
        event: change.event,
        previousStatus: change.statusBefore,
        actor: change.actor,
        version: change.version,
        job: wireJob(view),
      },
    };
  }
}
