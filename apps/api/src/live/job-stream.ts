import { type JobChangeEvent, type WireJobChange, wireJob } from '@renderdeck/contract';
import { textOfChange } from '@renderdeck/contract/router';
import {
  areOfOneIncarnation,
  hasSeenAllOf,
  isNewTo,
  type JobChanges,
  readJobChangesInPages,
  readViewsAgain,
} from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import pLimit, { type LimitFunction } from 'p-limit';
import type { ChangeBatch, ChangePoller } from './change-poller.ts';
import { Fanout } from './fanout.ts';
import type { HostFeed } from './host-feed.ts';

export type Frame = { readonly cursor: string; readonly event: JobChangeEvent };

const ALIVE_EVERY_MS = 10_000;
/**
 * The longest text of a frame. A longer single change has its own frame. A slow client keeps one
 * frame in memory.
 */
const MOST_FRAME_CHARS = 128 * 1024;
const CATCH_UPS_AT_ONCE = 3;

type Reads = { readonly db: Database; readonly limit: LimitFunction };
/** How far one client has read, and when the newest job view that it has was read. */
type Place = { cursor: string; viewsReadAt: number };
type Next = { readonly batch: ChangeBatch } | { readonly event: JobChangeEvent };

/**
 * Gives each client its stream of job changes (change-poller.ts describes the steps): every change
 * from now on, or since a cursor. The first frame says whether changes were lost.
 */
export function createJobStream(
  db: Database,
  { batches }: Pick<ChangePoller, 'batches'>,
  { progress }: Pick<HostFeed, 'progress'>,
) {
  const reads: Reads = { db, limit: pLimit(CATCH_UPS_AT_ONCE) };
  return {
    async *follow(since: string | null, signal: AbortSignal): AsyncGenerator<Frame> {
      const weigh = (next: Next) => ('batch' in next ? next.batch.changes.length : 1);
      const merged = new Fanout<Next>({ weigh });
      // Subscribe before the catch-up. Otherwise a change between the two would be lost.
      const frames = merged.open(signal);
      const unsubscribes = [
        batches.subscribe((batch) => merged.send({ batch })),
        progress.subscribe((event) => merged.send({ event })),
      ];
      const timer = setInterval(() => merged.send({ event: alive(false, 0) }), ALIVE_EVERY_MS);
      const place: Place = { cursor: '', viewsReadAt: 0 };
      try {
        yield* catchUp(reads, place, since, signal);
        if (signal.aborted) return;
        for await (const next of frames) {
          if ('event' in next) yield { cursor: place.cursor, event: next.event };
          else yield* framesOfBatch(reads, place, next.batch, signal);
        }
      } finally {
        clearInterval(timer);
        for (const unsubscribe of unsubscribes) unsubscribe();
        merged.close();
      }
    },
  };
}

/**
 * Yields the changes that the client missed since its cursor, page by page, and updates `place`.
 */
async function* catchUp(
  { db, limit }: Reads,
  place: Place,
  since: string | null,
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  let isFirst = true;
  let missed = 0;
  for await (const page of readJobChangesInPages({ db }, { since, turn: limit })) {
    place.cursor = page.cursor;
    if (page.changes.length > 0) place.viewsReadAt = performance.now();
    const from = since === null || page.gap ? page.cursor : since;
    if (isFirst || page.gap) missed = page.missed;
    if (isFirst || page.gap) yield { cursor: from, event: alive(page.gap, page.missed) };
    isFirst = false;
    yield* framesOf(page.changes, from, page.isLast ? page.cursor : from);
    if (signal.aborted) return;
  }
  if (missed > 0) yield { cursor: place.cursor, event: alive(false, 0) };
}

/** Yields the changes of a batch that are new to the client, and updates `place`. */
async function* framesOfBatch(
  reads: Reads,
  place: Place,
  batch: ChangeBatch,
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  const { db, limit } = reads;
  if (!continues(batch, place.cursor)) {
    yield* catchUp(reads, place, place.cursor, signal);
    return;
  }
  const added = changesNewTo(place.cursor, batch);
  // A batch that was read before the catch-up has no new change, and its cursor is often older.
  if (added.length === 0) {
    if (hasSeenAllOf(batch.cursor, place.cursor)) place.cursor = batch.cursor;
    return;
  }
  const isOld = batch.readAt < place.viewsReadAt;
  const changes = isOld ? await limit(() => readViewsAgain({ db }, { changes: added })) : added;
  if (isOld) place.viewsReadAt = performance.now();
  yield* framesOf(changes, place.cursor, batch.cursor);
  place.cursor = batch.cursor;
}

/**
 * Whether the client, with the changes of the batch that are new to it, has seen all changes until
 * the cursor of the batch. The poller's gap may be older than the cursor of the client, which has
 * been told of it. Batch and cursor may come from before and after a failover: nobody knows which
 * is the newer. And a client that has not seen all that was sent before the batch has missed one.
 */
function continues({ gap, cursor, since }: ChangeBatch, of: string): boolean {
  return !gap && areOfOneIncarnation(cursor, of) && (of === since || hasSeenAllOf(of, since));
}

/**
 * Returns the batch's own list if all of it is new to the client: the frames of that list are made
 * once for all clients.
 */
function changesNewTo(cursor: string, batch: ChangeBatch): JobChanges['changes'] {
  if (cursor === batch.since) return batch.changes;
  const isNew = isNewTo(cursor);
  return batch.changes.filter(({ change }) => isNew(change));
}

function alive(gap: boolean, missed: number): JobChangeEvent {
  return { type: 'alive', at: new Date().toISOString(), gap, missed };
}

const wireChanges = new WeakMap<JobChanges['changes'][number], WireJobChange>();

/** Converts a change for the wire once, because a batch goes to every client. */
function wireOnce(one: JobChanges['changes'][number]): WireJobChange {
  const known = wireChanges.get(one);
  if (known !== undefined) return known;
  const { change, view } = one;
  const made = {
    at: change.at,
    event: change.event,
    previousStatus: change.statusBefore,
    actor: change.actor,
    version: change.version,
    job: wireJob(view),
  };
  wireChanges.set(one, made);
  return made;
}

const framesOfList = new WeakMap<JobChanges['changes'], readonly (readonly WireJobChange[])[]>();

/** Divides changes into frames. Clients that get the same list share the result. */
function divideOnce(changes: JobChanges['changes']): readonly (readonly WireJobChange[])[] {
  const known = framesOfList.get(changes);
  if (known !== undefined) return known;
  const frames: WireJobChange[][] = [];
  let room = 0;
  for (const change of changes.map(wireOnce)) {
    room -= textOfChange(change).length;
    if (room < 0 || frames.length === 0) {
      frames.push([]);
      room = MOST_FRAME_CHARS - textOfChange(change).length;
    }
    frames.at(-1)?.push(change);
  }
  framesOfList.set(changes, frames);
  return frames;
}

/** Yields one frame at a time, so a slow client keeps only one. The last frame moves the cursor. */
function* framesOf(
  changes: JobChanges['changes'],
  before: string,
  after: string,
): Generator<Frame> {
  const frames = divideOnce(changes);
  for (const [index, of] of frames.entries()) {
    const cursor = index === frames.length - 1 ? after : before;
    yield { cursor, event: { type: 'changes', changes: of } };
  }
}
